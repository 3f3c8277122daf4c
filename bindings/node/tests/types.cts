// Compiles: the same names, as a CommonJS module's.
import srp = require('cognito-device-srp');

export const digits: string = new srp.SignIn().srpA;
export const refusal: srp.CognitoDeviceSrpError = new srp.SrpError(3);
