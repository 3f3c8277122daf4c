// Amazon Cognito device secrets and SRP sign-ins. The arithmetic is a WebAssembly module. module.js has its bytes in
// hexadecimal, which compresses better than base64. build.sh makes index.mjs and index.cjs from this file.

import './module.js';

/** The most bytes that one call writes into the module's memory. */
const MAX_INPUT = 1 << 24;
const PAGE = 1 << 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// ---- the module ----

/** The compiled module, from the first call on. */
let compiled;
/** A running module. Undefined before the first call, and after a call that grew the memory or trapped. */
let instance;

function bytesOfModule() {
  const digits = globalThis[Symbol.for('cognito-device-srp/module')];
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Compiles the module without blocking. On the main thread, some browsers compile a module of this size only in this way. */
async function init() {
  compiled ??= await WebAssembly.compile(bytesOfModule());
  instance ??= await WebAssembly.instantiate(compiled);
}

function start() {
  compiled ??= new WebAssembly.Module(bytesOfModule());
  instance ??= new WebAssembly.Instance(compiled);
  return instance.exports;
}

/** A constant of the module. */
const constant = (name) => start()[name]();

/**
 * Calls a function of the module with texts and bytes, and returns its outputs as bytes. Everything that the call wrote,
 * and the stack, is overwritten afterwards.
 */
function call(name, ...given) {
  const module = start();
  // no text has a NUL, so a NUL in front means that a device key can have any form
  const inputs = given.map((input) => (input instanceof DeviceKeyForTests ? `\0${input}` : input));
  const { memory, __heap_base: heap, __stack_pointer: stack } = module;
  const [exchange, stackTop] = [heap.value, stack.value];
  const first = exchange + module.exchange_len();
  // a UTF-16 unit of a text takes at most three bytes
  const needed = inputs.reduce((sum, { length }, i) => sum + (typeof inputs[i] === 'string' ? 3 : 1) * length, first);
  if (needed > MAX_INPUT) refuse('argument_length');
  const missing = needed - memory.buffer.byteLength;
  // a memory cannot shrink, so this instance is dropped after the call
  if (missing > 0) {
    instance = undefined;
    memory.grow(Math.ceil(missing / PAGE));
  }
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  let code;
  let end = first;
  const outputs = [];
  try {
    inputs.forEach((input, i) => {
      const room = bytes.subarray(end);
      let { length } = input;
      if (typeof input === 'string') length = encoder.encodeInto(input, room).written;
      else room.set(input);
      view.setUint32(exchange + 8 * i, end, true);
      view.setUint32(exchange + 8 * i + 4, length, true);
      end += length;
    });
    code = module[name](exchange);
    let at = exchange + module.outputs_at();
    for (let length; code === 0 && (length = view.getUint32(at, true)) > 0; at += 4 + length) {
      outputs.push(bytes.slice(at + 4, at + 4 + length));
    }
  } catch (trap) {
    instance = undefined;
    throw trap;
  } finally {
    bytes.fill(0, 0, stackTop);
    bytes.fill(0, exchange, end);
  }
  if (code > 0) throw new CognitoDeviceSrpError(code);
  return outputs;
}

const callForTexts = (...given) => call(...given).map((output) => decoder.decode(output));

/** Why a value was rejected, with the library's message. */
class CognitoDeviceSrpError extends Error {
  constructor(code) {
    const [message, kind] = callForTexts('describe', new Uint8Array(Int32Array.of(code).buffer));
    super(message);
    this.code = code;
    this.kind = kind;
  }
}
CognitoDeviceSrpError.prototype.name = 'CognitoDeviceSrpError';

/** Throws the error of this name. */
function refuse(name) {
  throw new CognitoDeviceSrpError(constant(name));
}

/** Random bytes of the platform. `length` is the name of a constant of the module. */
function random(length) {
  const bytes = new Uint8Array(constant(length));
  try {
    return (globalThis.crypto ?? nodeCrypto.webcrypto).getRandomValues(bytes);
  } catch {
    refuse('randomness_unavailable');
  }
}

// ---- arguments ----

/** Checks a text: it must have a UTF-8 form, and no NUL, with which other clients could not sign in. No message contains it. */
function text(value, name) {
  const isText = typeof value === 'string' || (name === 'deviceKey' && value instanceof DeviceKeyForTests);
  if (!isText) throw new TypeError(`${name} is not a string`);
  if (value.includes('\0')) refuse('text_has_nul');
  if (/\p{Surrogate}/u.test(value)) refuse('text_not_utf8');
  return value;
}

function textNotEmpty(value, name) {
  if (text(value, name) === '') refuse('parameter_empty');
  return value;
}

/** Checks the tag, since a Uint8Array of another realm is not an instance of this one's class. */
const isBytes = (value) => ArrayBuffer.isView(value) && value[Symbol.toStringTag] === 'Uint8Array';
const isObject = (value) => typeof value === 'object' && value !== null && !isBytes(value);

function bytes(value, name) {
  if (!isBytes(value)) throw new TypeError(`${name} is not a Uint8Array`);
  return value;
}

/** The values of these names in an object. */
function fields(given, names, read = text) {
  if (!isObject(given)) throw new TypeError(`an object with ${names.join(', ')} is expected`);
  return names.map((name) => read(given[name], name));
}

/** The values of these names in an object, or the arguments themselves in this order. */
const texts = (given, names) => fields(isObject(given[0]) ? given[0] : Object.fromEntries(names.map((name, i) => [name, given[i]])), names);

const DEVICE = ['deviceGroupKey', 'deviceKey'];
const DEVICE_AND_SECRET = [...DEVICE, 'deviceSecret'];
const CONFIG = ['passwordVerifier', 'salt'];
const CHALLENGE = ['srpB', 'salt', 'secretBlock'];
const USER = ['userPoolId', 'userIdForSrp'];
const CLAIM = ['secretBlock', 'timestamp', 'signature'];

/** `TIMESTAMP` of seconds since 1970, of a `Date`, or of now. A text is returned as it is. */
function timestamp(moment = Date.now() / 1000) {
  if (typeof moment === 'string') return text(moment, 'timestamp');
  const isDate = Object.prototype.toString.call(moment) === '[object Date]';
  const seconds = isDate ? moment.getTime() / 1000 : typeof moment === 'bigint' ? Number(moment) : moment;
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) throw new TypeError('timestamp is not a number of seconds, a Date or a string');
  const clamped = Math.max(Number.MIN_SAFE_INTEGER, Math.min(Math.floor(seconds), Number.MAX_SAFE_INTEGER));
  return callForTexts('timestamp', new Uint8Array(BigInt64Array.of(BigInt(clamped)).buffer))[0];
}

// ---- devices ----

/** A device key of any form, only for tests. */
class DeviceKeyForTests extends String {}

/** The first argument of constructors that are not public. */
const OWN = Symbol('own');
function own(token) {
  if (token !== OWN) throw new TypeError('this class has no public constructor');
}

const deriveUnder = (device, salt) =>
  callForTexts(isBytes(salt) ? 'derive_with_salt' : 'derive', ...device, isBytes(salt) ? salt : text(salt, 'salt'));

/** The verifier of a secret under a salt. */
function derive(given) {
  const [passwordVerifier, salt] = deriveUnder(fields(given, DEVICE_AND_SECRET), given.salt);
  return { passwordVerifier, salt };
}

/** Throws unless the verifier and its salt are those of the secret. */
function prove(given) {
  call('prove', ...fields(given, [...DEVICE_AND_SECRET, ...CONFIG]));
}

/** A device, its secret, and the verifier of the secret. */
class Registration {
  #device;

  constructor(token, device, [passwordVerifier, salt]) {
    own(token);
    this.#device = device;
    Object.assign(this, { deviceGroupKey: device[0], deviceKey: `${device[1]}`, passwordVerifier, salt });
    Object.freeze(this);
  }

  /** A new secret, proven by a sign-in of both sides. */
  static generate(...given) {
    const device = texts(given, DEVICE);
    const [secret, ...config] = callForTexts('register', ...device, random('registration_entropy_len'));
    return new Registration(OWN, [...device, secret], config);
  }

  /** An existing secret. Without a salt, a new one is drawn. */
  static forSecret(given) {
    const device = fields(given, DEVICE_AND_SECRET);
    const { salt = call('new_salt', random('salt_entropy_len'))[0] } = given;
    return new Registration(OWN, device, deriveUnder(device, salt));
  }

  /** The field of the request `ConfirmDevice`. */
  get deviceSecretVerifierConfig() {
    return { PasswordVerifier: this.passwordVerifier, Salt: this.salt };
  }

  exposeSecret() {
    return this.#device[2];
  }

  /** What the device keeps, to be stored when `ConfirmDevice` has succeeded. */
  remember() {
    return new RememberedDevice(...this.#device);
  }
}

/** A device and its secret: what later sign-ins need. */
class RememberedDevice {
  #device;

  constructor(...given) {
    const device = texts(given, DEVICE_AND_SECRET);
    call('check_device', ...device);
    this.#device = device;
    Object.assign(this, { deviceGroupKey: device[0], deviceKey: `${device[1]}` });
    Object.freeze(this);
  }

  /** The device from a text that `exposeJson` or the program's `register` wrote. */
  static fromJson(json) {
    let record;
    try {
      record = JSON.parse(text(json, 'json'));
    } catch {
      throw new TypeError('json is not the record of a device'); // the message of JSON.parse contains the text
    }
    return new RememberedDevice(...fields(record, ['DeviceGroupKey', 'DeviceKey', 'DeviceSecret']));
  }

  exposeSecret() {
    return this.#device[2];
  }

  exposeJson() {
    const [DeviceGroupKey, DeviceKey, DeviceSecret] = this.#device;
    return JSON.stringify({ DeviceKey, DeviceGroupKey, DeviceSecret });
  }

  /** Answers `DEVICE_PASSWORD_VERIFIER`. */
  answer(signIn, { srpB, salt, secretBlock, timestamp }) {
    const [deviceGroupKey, deviceKey, deviceSecret] = this.#device;
    return signIn.answerDevice({ deviceGroupKey, deviceKey, deviceSecret, srpB, salt, secretBlock, timestamp });
  }
}

// ---- sign-ins ----

/** A sign-in that has begun. It can answer one challenge. */
class SignIn {
  #srpA;
  #state;

  /** With randomness of the platform, or, for known answers, with an ephemeral `a`. */
  constructor(given, begun) {
    const [srpA, state] = given === OWN ? begun : SignIn.#begin(isObject(given) ? given.a : given);
    this.#srpA = decoder.decode(srpA);
    this.#state = state;
  }

  static #begin(a) {
    return a === undefined ? call('sign_in', random('ephemeral_entropy_len')) : call('sign_in_with', bytes(a, 'a'));
  }

  get srpA() {
    return this.#srpA;
  }

  /** Takes the state out of this object. */
  #take() {
    const state = this.#state;
    this.#state = new Uint8Array();
    return state;
  }

  #answer(name, given, credentials) {
    const challenge = fields(given, CHALLENGE);
    const moment = timestamp(given.timestamp);
    const state = this.#take();
    try {
      const [signature, timestamp] = callForTexts(name, state, ...challenge, moment, ...credentials);
      return { signature, timestamp };
    } finally {
      state.fill(0);
    }
  }

  /** Answers `DEVICE_PASSWORD_VERIFIER`. */
  answerDevice(given) {
    return this.#answer('answer_device', given, fields(given, DEVICE_AND_SECRET));
  }

  /** Answers `PASSWORD_VERIFIER`. */
  answerUser(given) {
    return this.#answer('answer_user', given, fields(given, [...USER, 'password']));
  }

  /** Answers `PASSWORD_VERIFIER` with the hash of the password, 32 bytes. */
  answerUserHashed(given) {
    const user = fields(given, USER);
    return this.#answer('answer_user_hashed', given, [...user, ...fields(given, ['passwordHash'], bytes)]);
  }

  /** Puts the sign-in into bytes, to be answered later or by another process. */
  suspend() {
    const state = this.#take();
    if (state.length === 0) refuse('answered_already');
    return new SuspendedSignIn(OWN, state);
  }

  /** The sign-in that `suspend` put into these bytes. */
  static resume(state) {
    return new SignIn(OWN, call('resume', state instanceof SuspendedSignIn ? state.exposeSecret() : bytes(state, 'state')));
  }
}

/** A sign-in in bytes. */
class SuspendedSignIn {
  #state;

  constructor(token, state) {
    own(token);
    this.#state = state;
  }

  /** The bytes. Store them like a password. */
  exposeSecret() {
    return this.#state;
  }
}

/** `SECRET_HASH` of an app client that has a secret. */
function secretHash(...given) {
  return callForTexts('secret_hash', ...texts(given, ['clientSecret', 'username', 'clientId']))[0];
}

// ---- parameter maps ----

/** The parameter maps of one sign-in. Each map that can have `DEVICE_KEY` and `SECRET_HASH` gets them. */
class AuthContext {
  #clientSecret;

  constructor({ clientId, username, clientSecret, deviceKey, device = { deviceKey } }) {
    this.clientId = textNotEmpty(clientId, 'clientId');
    this.username = textNotEmpty(username, 'username');
    if (clientSecret !== undefined) this.#clientSecret = textNotEmpty(clientSecret, 'clientSecret');
    if (device.deviceKey !== undefined) this.deviceKey = `${textNotEmpty(device.deviceKey, 'deviceKey')}`;
    Object.freeze(this);
  }

  /** The same context with another `USERNAME`: that of the challenge to answer. */
  withUsername(username) {
    return new AuthContext({ ...this, clientSecret: this.#clientSecret, username });
  }

  /** A map with `entries` of the caller. Their names must differ from those that the context adds itself. */
  #map(entries) {
    const map = {};
    if ('DEVICE_KEY' in entries || 'SECRET_HASH' in entries) refuse('parameter_repeated');
    for (const [name, value] of Object.entries(entries)) map[name] = textNotEmpty(value, name);
    if (this.deviceKey !== undefined) map.DEVICE_KEY = this.deviceKey;
    if (this.#clientSecret !== undefined) map.SECRET_HASH = secretHash(this.#clientSecret, this.username, this.clientId);
    return map;
  }

  /** The map of a challenge or flow from its own entries, with those of the context. */
  respond(entries) {
    if ('USERNAME' in entries) refuse('parameter_repeated');
    return this.#map({ ...entries, USERNAME: this.username });
  }

  #claim(secretBlock, { signature, timestamp }) {
    return this.respond({
      PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
      PASSWORD_CLAIM_SIGNATURE: signature,
      TIMESTAMP: timestamp,
    });
  }

  #ofDevice() {
    if (this.deviceKey === undefined) refuse('parameter_missing');
    return this;
  }

  // InitiateAuth

  userSrpAuth(signIn) {
    return this.respond({ SRP_A: signIn.srpA });
  }

  userAuth(preferred) {
    return this.respond(preferred === undefined ? {} : choice('PREFERRED_CHALLENGE', preferred));
  }

  customAuth() {
    return this.respond({});
  }

  customAuthWithSrp(signIn) {
    return this.respond({ CHALLENGE_NAME: 'SRP_A', SRP_A: signIn.srpA });
  }

  refreshTokenAuth(refreshToken) {
    return this.#map({ REFRESH_TOKEN: refreshToken });
  }

  getTokensFromRefreshToken(refreshToken) {
    const request = { RefreshToken: textNotEmpty(refreshToken, 'refreshToken'), ClientId: this.clientId };
    if (this.#clientSecret !== undefined) request.ClientSecret = this.#clientSecret;
    if (this.deviceKey !== undefined) request.DeviceKey = this.deviceKey;
    return request;
  }

  // RespondToAuthChallenge

  selectChallenge(selected) {
    return this.respond(choice('ANSWER', selected));
  }

  passwordSrp(signIn) {
    return this.respond({ SRP_A: signIn.srpA });
  }

  password(password) {
    return this.respond({ PASSWORD: password });
  }

  passwordVerifier(secretBlock, claim) {
    return this.#claim(secretBlock, claim);
  }

  deviceSrpAuth(signIn) {
    return this.#ofDevice().respond({ SRP_A: signIn.srpA });
  }

  devicePasswordVerifier(secretBlock, claim) {
    return this.#ofDevice().#claim(secretBlock, claim);
  }

  smsMfa(code) {
    return this.respond({ SMS_MFA_CODE: code });
  }

  softwareTokenMfa(code) {
    return this.respond({ SOFTWARE_TOKEN_MFA_CODE: code });
  }

  emailOtp(code) {
    return this.respond({ EMAIL_OTP_CODE: code });
  }

  smsOtp(code) {
    return this.respond({ SMS_OTP_CODE: code });
  }

  selectMfaType(answer) {
    return this.respond({ ANSWER: answer });
  }

  mfaSetup() {
    return this.respond({});
  }

  newPasswordRequired(newPassword, attributes = {}) {
    const named = Object.entries(attributes).map(([name, value]) => [`userAttributes.${name}`, value]);
    return this.respond({ NEW_PASSWORD: newPassword, ...Object.fromEntries(named) });
  }

  customChallenge(answer) {
    return this.respond({ ANSWER: answer });
  }

  webAuthn(credential) {
    return this.respond({ CREDENTIAL: credential });
  }
}

/** The entries of a chosen first factor. */
function choice(entry, { challenge, signIn, password, credential }) {
  const beside = {
    PASSWORD_SRP: () => ({ SRP_A: signIn.srpA }),
    PASSWORD: () => ({ PASSWORD: password }),
    WEB_AUTHN: () => (entry === 'ANSWER' ? { CREDENTIAL: credential } : {}),
  };
  return { [entry]: challenge, ...beside[challenge]?.() };
}

// ---- the verifier's side ----

/** A verifier and its salt, as a service stores them. */
class StoredVerifier {
  #verifier;
  #salt;

  constructor(token, [verifier, salt]) {
    own(token);
    [this.#verifier, this.#salt] = [verifier, salt];
  }

  static forDevice(given) {
    return new StoredVerifier(OWN, call('stored_for_device', ...fields(given, CONFIG)));
  }

  static forUser(given) {
    const user = fields(given, [...USER, 'password']);
    const { salt = call('new_salt', random('salt_entropy_len'))[0] } = given;
    return new StoredVerifier(OWN, call('stored_for_user', ...user, bytes(salt, 'salt')));
  }

  static fromParts(given) {
    return new StoredVerifier(OWN, call('stored_from_parts', ...fields(given, ['verifier', 'salt'], bytes)));
  }

  exposeVerifier() {
    return this.#verifier.slice();
  }

  get salt() {
    return this.#salt.slice();
  }

  /** Answers `SRP_A`. `b` is for known answers. */
  challenge(given) {
    const { srpA, b } = typeof given === 'string' ? { srpA: given } : given;
    const ephemeral = b === undefined ? random('ephemeral_entropy_len') : new Uint8Array(bytes(b, 'b')); // `slice` of a Buffer does not copy
    const state = [this.#verifier, this.#salt, ephemeral, text(srpA, 'srpA')];
    return new IssuedChallenge(OWN, state, callForTexts('challenge', ...state));
  }
}

/** A challenge that waits for its answer. It can check one answer. */
class IssuedChallenge {
  #state;

  constructor(token, state, [srpB, salt]) {
    own(token);
    this.#state = state;
    Object.assign(this, { srpB, salt });
  }

  #check(name, given, claimant) {
    const claim = fields(given, CLAIM);
    const state = this.#state;
    if (state === undefined) refuse('answered_already');
    this.#state = undefined;
    try {
      call(name, ...state, ...claim, ...claimant);
    } finally {
      state[2].fill(0);
    }
  }

  checkDevice(given) {
    this.#check('check_device_claim', given, fields(given, DEVICE));
  }

  checkUser(given) {
    this.#check('check_user_claim', given, fields(given, USER));
  }
}

/** The cause of an exception of the service, and what to do. `undefined` if the cause is not known. */
function diagnose(exception) {
  const [diagnosis, advice, waits] = callForTexts('diagnose', ...fields(exception, ['name', 'message']));
  return diagnosis && { diagnosis, advice, asksToWait: waits !== undefined };
}

/** The name of the arithmetic backend. */
function backend() {
  return callForTexts('backend')[0];
}

export { init };
export { DeviceKeyForTests };
export { Registration };
export { RememberedDevice };
export { derive };
export { prove };
export { SignIn };
export { SuspendedSignIn };
export { secretHash };
export { timestamp };
export { AuthContext };
export { StoredVerifier };
export { IssuedChallenge };
export { diagnose };
export { backend };
export { CognitoDeviceSrpError };
export { CognitoDeviceSrpError as SrpError };
export { CognitoDeviceSrpError as Error };
