/** Compiles the module without blocking. Needed only on the main thread of a browser that refuses to compile it at the first call. */
export function init(): Promise<void>;

/** Seconds since 1970, a `Date`, or a text as `TIMESTAMP` has it. */
export type Moment = number | bigint | string | Date;

/** A device key of any form, for the fixtures of other projects. The service knows no such device. */
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
/** What came in `ChallengeParameters`, and when it is answered. */
export interface Challenge {
  /** `SRP_B`: hexadecimal. */
  srpB: string;
  /** `SALT`: hexadecimal. */
  salt: string;
  /** `SECRET_BLOCK`: base64. */
  secretBlock: string;
  /** Now, if none is given. */
  timestamp?: Moment | undefined;
}
export interface PasswordClaim {
  /** `PASSWORD_CLAIM_SIGNATURE`: base64, 44 characters. */
  signature: string;
  /** `TIMESTAMP`, as it was signed. */
  timestamp: string;
}

/** The verifier of a secret. `salt` is base64 as `DeviceSecretVerifierConfig` has it, or 1 to 64 raw bytes. */
export function derive(given: DeviceWithSecret & { salt: string | Uint8Array }): Verifier;
/** Throws unless the verifier and its salt are those of the secret. */
export function prove(given: DeviceWithSecret & Verifier): void;
/** `SECRET_HASH` of a request of `username`: base64, 44 characters. */
export function secretHash(given: { clientSecret: string; username: string; clientId: string }): string;
export function secretHash(clientSecret: string, username: string, clientId: string): string;
/** `TIMESTAMP` of a moment, or of now. A text is returned as it is. */
export function timestamp(moment?: Moment): string;
/**
 * What an exception of the service comes from, by its name (`NotAuthorizedException`) and message, as the AWS SDK and Amplify throw
 * it. `asksToWait`: nothing but time helps, and the password or secret was not looked at. `undefined` if it is not known.
 */
export function diagnose(exception: { name: string; message: string }): { diagnosis: string; advice: string; asksToWait: boolean } | undefined;
/** The name of the arithmetic. */
export function backend(): string;

/** A device, its secret, and the verifier of that. */
export class Registration implements Verifier, DeviceIdentifiers {
  private constructor();
  /** A new secret of 40 random bytes, proven by a sign-in of both sides. */
  static generate(given: DeviceIdentifiers): Registration;
  static generate(deviceGroupKey: string, deviceKey: string | DeviceKeyForTests): Registration;
  /** A secret that is there already, under a new salt if none is given. */
  static forSecret(given: DeviceWithSecret & { salt?: string | Uint8Array | undefined }): Registration;
  readonly deviceGroupKey: string;
  readonly deviceKey: string;
  readonly passwordVerifier: string;
  readonly salt: string;
  /** As `ConfirmDevice` takes it. */
  get deviceSecretVerifierConfig(): { PasswordVerifier: string; Salt: string };
  /** The secret: 56 characters if it was generated. */
  exposeSecret(): string;
  /** What is kept, to be stored once `ConfirmDevice` has succeeded. */
  remember(): RememberedDevice;
}

/** A device and its secret: what later sign-ins need. */
export class RememberedDevice implements DeviceIdentifiers {
  constructor(given: DeviceWithSecret);
  constructor(deviceGroupKey: string, deviceKey: string | DeviceKeyForTests, deviceSecret: string);
  /** The device of what `exposeJson` wrote. */
  static fromJson(json: string): RememberedDevice;
  readonly deviceGroupKey: string;
  readonly deviceKey: string;
  exposeSecret(): string;
  /** `{"DeviceKey", "DeviceGroupKey", "DeviceSecret"}`, to be stored where secrets are stored. */
  exposeJson(): string;
  /** Answers `DEVICE_PASSWORD_VERIFIER`. */
  answer(signIn: SignIn, challenge: Challenge): PasswordClaim;
}

/** A sign-in that has begun. It is answered once. */
export class SignIn {
  /** With randomness of the platform; for known answers, with an ephemeral `a` of 1 to 1024 bytes. */
  constructor(a?: Uint8Array | { a?: Uint8Array | undefined });
  /** `SRP_A`: hexadecimal. */
  get srpA(): string;
  /** Answers `DEVICE_PASSWORD_VERIFIER`. */
  answerDevice(given: DeviceWithSecret & Challenge): PasswordClaim;
  /** Answers `PASSWORD_VERIFIER`. */
  answerUser(given: UserIdentifiers & { password: string } & Challenge): PasswordClaim;
  /** The same for a client that keeps the password as SHA-256 of pool name, user id, ":" and password: 32 bytes. */
  answerUserHashed(given: UserIdentifiers & { passwordHash: Uint8Array } & Challenge): PasswordClaim;
  /** Puts the sign-in into bytes, to be answered later or elsewhere. It cannot be answered here any more. */
  suspend(): SuspendedSignIn;
  /** The sign-in that `suspend` put into these bytes. */
  static resume(state: SuspendedSignIn | Uint8Array): SignIn;
}

/** A sign-in in bytes. */
export class SuspendedSignIn {
  private constructor();
  /** The bytes, to be stored where secrets are stored. */
  exposeSecret(): Uint8Array;
}

/** First factors; `signIn`, `password` and `credential` go with the challenge of that name. */
export type Choice =
  | { challenge: 'PASSWORD_SRP'; signIn: SignIn }
  | { challenge: 'PASSWORD'; password: string }
  | { challenge: 'EMAIL_OTP' | 'SMS_OTP' };

/** Names and values of one request. */
export type Parameters = Record<string, string>;

/** The parameter maps of one sign-in. `DEVICE_KEY` and `SECRET_HASH` go into each, if there is a device or a client secret. */
export class AuthContext {
  constructor(given: {
    clientId: string;
    /** What the user typed, and in answers to a challenge, `USERNAME` of that: see `withUsername`. */
    username: string;
    clientSecret?: string | undefined;
    /** The device that was kept for the user, or its key. */
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

  /** The whole request `GetTokensFromRefreshToken`, for any app client. */
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
  /** Of a challenge that has no method here, with the entries of its own. */
  respond(entries: Parameters): Parameters;
}

/** The verifier's side, for tests and emulators: a verifier and its salt, as a service stores them. */
export class StoredVerifier {
  private constructor();
  static forDevice(given: Verifier): StoredVerifier;
  /** `salt`: 1 to 64 raw bytes, new if none is given. */
  static forUser(given: UserIdentifiers & { password: string; salt?: Uint8Array | undefined }): StoredVerifier;
  /** A verifier of at most 384 bytes, and its salt's raw bytes. */
  static fromParts(given: { verifier: Uint8Array; salt: Uint8Array }): StoredVerifier;
  /** 384 bytes. Guesses at a weak password can be tried with it offline. */
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

/** A challenge that waits for its answer, which is checked once. */
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

/** Why a value was refused. One of a wrong type is a `TypeError`. No message shows a value that was given. */
export class CognitoDeviceSrpError extends globalThis.Error {
  constructor(code: number);
  /** The same number in all languages, for ever. */
  readonly code: number;
  /** `input`: a value of the caller's. `peer`: one of the service's. `rejected`: a signature or verifier of another secret. */
  readonly kind: 'input' | 'peer' | 'randomness' | 'rejected';
}
export { CognitoDeviceSrpError as SrpError, CognitoDeviceSrpError as Error };
