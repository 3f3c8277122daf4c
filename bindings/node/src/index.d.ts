/** Compiles the module without blocking. It is needed only on the main thread of a browser that does not let the first call compile it. */
export function init(): Promise<void>;

/** Seconds since 1970, a `Date`, or a text in the format of `TIMESTAMP`. */
export type Moment = number | bigint | string | Date;

/** A device key of any form, for the fixtures of other projects. The service rejects this key. */
export class DeviceKeyForTests extends String {}

export interface DeviceIdentifiers {
  /** `DeviceGroupKey` of `NewDeviceMetadata`: 1 to 131072 bytes of UTF-8. */
  deviceGroupKey: string;
  /** `DeviceKey` of `NewDeviceMetadata`: 1 to 55 characters, `region_uuid`. */
  deviceKey: string | DeviceKeyForTests;
}
export interface DeviceWithSecret extends DeviceIdentifiers {
  /** Any text that is not empty. */
  deviceSecret: string;
}
/** `DeviceSecretVerifierConfig`, both in base64. */
export interface Verifier {
  passwordVerifier: string;
  salt: string;
}
export interface UserIdentifiers {
  /** As in `us-east-1_AbCdEfGhI`. */
  userPoolId: string;
  /** `USER_ID_FOR_SRP` of the challenge. */
  userIdForSrp: string;
}
/** The values of `ChallengeParameters`, and the time of the answer. */
export interface Challenge {
  /** `SRP_B`: hexadecimal. */
  srpB: string;
  /** `SALT`: hexadecimal. */
  salt: string;
  /** `SECRET_BLOCK`: base64. */
  secretBlock: string;
  /** The default is now. */
  timestamp?: Moment | undefined;
}
export interface PasswordClaim {
  /** `PASSWORD_CLAIM_SIGNATURE`: base64, 44 characters. */
  signature: string;
  /** `TIMESTAMP`, as it was signed. */
  timestamp: string;
}

/** The verifier of a secret. `salt` is the base64 text of `DeviceSecretVerifierConfig`, or 1 to 64 raw bytes. */
export function derive(given: DeviceWithSecret & { salt: string | Uint8Array }): Verifier;
/** Throws unless the verifier and its salt belong to the secret. */
export function prove(given: DeviceWithSecret & Verifier): void;
/** `SECRET_HASH` for a request with `username`: base64, 44 characters. */
export function secretHash(given: { clientSecret: string; username: string; clientId: string }): string;
export function secretHash(clientSecret: string, username: string, clientId: string): string;
/** `TIMESTAMP` of a moment, or of now. A text is returned as it is. */
export function timestamp(moment?: Moment): string;
/**
 * The cause of an exception of the service, from its name (`NotAuthorizedException`) and message, as the AWS SDK and Amplify throw
 * it. `asksToWait`: only waiting helps, and the service did not check the password or secret. `undefined` if the cause is not known.
 */
export function diagnose(exception: { name: string; message: string }): { diagnosis: string; advice: string; asksToWait: boolean } | undefined;
/** The name of the arithmetic backend. */
export function backend(): string;

/** A device, its secret, and the verifier of the secret. */
export class Registration implements Verifier, DeviceIdentifiers {
  private constructor();
  /** A new secret of 40 random bytes, proven by a sign-in of both sides. */
  static generate(given: DeviceIdentifiers): Registration;
  static generate(deviceGroupKey: string, deviceKey: string | DeviceKeyForTests): Registration;
  /** An existing secret. Without a salt, a new one is drawn. */
  static forSecret(given: DeviceWithSecret & { salt?: string | Uint8Array | undefined }): Registration;
  readonly deviceGroupKey: string;
  readonly deviceKey: string;
  readonly passwordVerifier: string;
  readonly salt: string;
  /** The field of the request `ConfirmDevice`. */
  get deviceSecretVerifierConfig(): { PasswordVerifier: string; Salt: string };
  /** The secret: 56 characters if it was generated. */
  exposeSecret(): string;
  /** What the device keeps. Store it when `ConfirmDevice` has succeeded. */
  remember(): RememberedDevice;
}

/** A device and its secret: what later sign-ins need. */
export class RememberedDevice implements DeviceIdentifiers {
  constructor(given: DeviceWithSecret);
  constructor(deviceGroupKey: string, deviceKey: string | DeviceKeyForTests, deviceSecret: string);
  /** The device from a text of `exposeJson`. */
  static fromJson(json: string): RememberedDevice;
  readonly deviceGroupKey: string;
  readonly deviceKey: string;
  exposeSecret(): string;
  /** `{"DeviceKey", "DeviceGroupKey", "DeviceSecret"}`. Store it like a password. */
  exposeJson(): string;
  /** Answers `DEVICE_PASSWORD_VERIFIER`. */
  answer(signIn: SignIn, challenge: Challenge): PasswordClaim;
}

/** A sign-in that has begun. It can answer one challenge. */
export class SignIn {
  /** With randomness of the platform, or, for known answers, with an ephemeral `a` of 1 to 1024 bytes. */
  constructor(a?: Uint8Array | { a?: Uint8Array | undefined });
  /** `SRP_A`: hexadecimal. */
  get srpA(): string;
  /** Answers `DEVICE_PASSWORD_VERIFIER`. */
  answerDevice(given: DeviceWithSecret & Challenge): PasswordClaim;
  /** Answers `PASSWORD_VERIFIER`. */
  answerUser(given: UserIdentifiers & { password: string } & Challenge): PasswordClaim;
  /** Answers `PASSWORD_VERIFIER` with the hash of the password: 32 bytes, SHA-256 of pool name, user id, ":" and password. */
  answerUserHashed(given: UserIdentifiers & { passwordHash: Uint8Array } & Challenge): PasswordClaim;
  /** Puts the sign-in into bytes, to be answered later or in another process. This object can then no longer answer. */
  suspend(): SuspendedSignIn;
  /** The sign-in that `suspend` put into these bytes. */
  static resume(state: SuspendedSignIn | Uint8Array): SignIn;
}

/** A sign-in in bytes. */
export class SuspendedSignIn {
  private constructor();
  /** The bytes. Store them like a password. */
  exposeSecret(): Uint8Array;
}

/** First factors; `signIn`, `password` and `credential` go with the challenge of that name. */
export type Choice =
  | { challenge: 'PASSWORD_SRP'; signIn: SignIn }
  | { challenge: 'PASSWORD'; password: string }
  | { challenge: 'EMAIL_OTP' | 'SMS_OTP' };

/** Names and values of one request. */
export type Parameters = Record<string, string>;

/** The parameter maps of one sign-in. Each has `DEVICE_KEY` if there is a device, and `SECRET_HASH` if there is a client secret. */
export class AuthContext {
  constructor(given: {
    clientId: string;
    /** What the user typed. In answers to a challenge it must be the challenge's `USERNAME`: see `withUsername`. */
    username: string;
    clientSecret?: string | undefined;
    /** The remembered device of the user, or its key. */
    device?: { deviceKey: string } | undefined;
    deviceKey?: string | undefined;
  });
  readonly clientId: string;
  readonly username: string;
  readonly deviceKey?: string;
  withUsername(username: string): AuthContext;

  // AuthParameters of InitiateAuth
  userSrpAuth(signIn: SignIn): Parameters;
  userAuth(preferred?: Choice | { challenge: 'WEB_AUTHN' }): Parameters;
  customAuth(): Parameters;
  customAuthWithSrp(signIn: SignIn): Parameters;
  /** Not for app clients that rotate refresh tokens. */
  refreshTokenAuth(refreshToken: string): Parameters;

  /** The request `GetTokensFromRefreshToken`, for any app client. */
  getTokensFromRefreshToken(refreshToken: string): Parameters;

  // ChallengeResponses of RespondToAuthChallenge
  selectChallenge(selected: Choice | { challenge: 'WEB_AUTHN'; credential: string }): Parameters;
  passwordSrp(signIn: SignIn): Parameters;
  password(password: string): Parameters;
  passwordVerifier(secretBlock: string, claim: PasswordClaim): Parameters;
  deviceSrpAuth(signIn: SignIn): Parameters;
  devicePasswordVerifier(secretBlock: string, claim: PasswordClaim): Parameters;
  smsMfa(code: string): Parameters;
  softwareTokenMfa(code: string): Parameters;
  emailOtp(code: string): Parameters;
  smsOtp(code: string): Parameters;
  selectMfaType(answer: 'SMS_MFA' | 'EMAIL_OTP' | 'SOFTWARE_TOKEN_MFA'): Parameters;
  mfaSetup(): Parameters;
  newPasswordRequired(newPassword: string, attributes?: Record<string, string>): Parameters;
  customChallenge(answer: string): Parameters;
  webAuthn(credential: string): Parameters;
  /** The answer to a challenge that has no method here, from the challenge's own entries. */
  respond(entries: Parameters): Parameters;
}

/** The verifier's side, for tests and emulators: a verifier and its salt, as a service stores them. */
export class StoredVerifier {
  private constructor();
  static forDevice(given: Verifier): StoredVerifier;
  /** `salt`: 1 to 64 raw bytes. The default is a new one. */
  static forUser(given: UserIdentifiers & { password: string; salt?: Uint8Array | undefined }): StoredVerifier;
  /** A verifier of at most 384 bytes, and its salt's raw bytes. */
  static fromParts(given: { verifier: Uint8Array; salt: Uint8Array }): StoredVerifier;
  /** 384 bytes. Somebody who has them can try guesses of a weak password offline. */
  exposeVerifier(): Uint8Array;
  /** The salt's bytes. */
  get salt(): Uint8Array;
  /** Answers `SRP_A`. `b`, of 1 to 1024 bytes, is for known answers. */
  challenge(given: string | { srpA: string; b?: Uint8Array | undefined }): IssuedChallenge;
}

export interface Claim {
  secretBlock: string;
  timestamp: string;
  signature: string;
}

/** A challenge that waits for its answer. It can check one answer. */
export class IssuedChallenge {
  private constructor();
  /** `SRP_B`: hexadecimal. */
  readonly srpB: string;
  /** `SALT`: hexadecimal. */
  readonly salt: string;
  /** Throws unless the device of the verifier has signed the claim. */
  checkDevice(given: DeviceIdentifiers & Claim): void;
  /** Throws unless the user of the verifier has signed the claim. */
  checkUser(given: UserIdentifiers & Claim): void;
}

/** Why a value was rejected. A value of a wrong type is a `TypeError`. No message contains a value that was passed in. */
export class CognitoDeviceSrpError extends globalThis.Error {
  constructor(code: number);
  /** The same number in all languages. It never changes. */
  readonly code: number;
  /** `input`: the caller's value is invalid. `peer`: the service's value is invalid. `rejected`: a signature or verifier belongs to another secret. */
  readonly kind: 'input' | 'peer' | 'randomness' | 'rejected';
}
export { CognitoDeviceSrpError as SrpError, CognitoDeviceSrpError as Error };
