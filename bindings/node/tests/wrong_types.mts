// Does not compile: one error for each line that says so.
import { Registration, SignIn, derive, secretHash } from 'cognito-device-srp';

derive({ deviceGroupKey: 'group', deviceKey: 'a_0', deviceSecret: 'secret' }); // wrong: no salt
new SignIn('a'); // wrong: an ephemeral is bytes
secretHash('secret', 'alice'); // wrong: no client id
new Registration(); // wrong: not to be constructed
export const text: number = new SignIn().srpA; // wrong: a text
