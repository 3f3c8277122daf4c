// Whatever is passed in ends as an exception, without a value in its message, and the next call works.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import test from 'node:test';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import * as imported from 'cognito-device-srp';

const { AuthContext, DeviceKeyForTests, Registration, RememberedDevice, SignIn, SrpError, StoredVerifier } = imported;
const { derive, diagnose, prove, secretHash, timestamp } = imported;

const DEVICE = { deviceGroupKey: '-NXiVKS5p', deviceKey: 'us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8' };
const SECRET = 'planted secret, not to be seen';
const USER = { userPoolId: 'us-east-1_AbCdEfGhI', userIdForSrp: 'alice', password: SECRET };
const CHALLENGE = { srpB: '1f', salt: '1f', secretBlock: 'k3dX', timestamp: 1735787045 };
const BOUNDED = ['deviceGroupKey', 'deviceKey', 'passwordVerifier', 'salt', 'srpB', 'timestamp'];
const DERIVE = { ...DEVICE, deviceSecret: SECRET, salt: 'AQ==' };

/** Runs and returns what was thrown, which shows nothing of the secret. */
function thrown(run) {
  let error;
  try {
    run();
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof TypeError || error instanceof SrpError, `not refused: ${run}, ${error}`);
  assert.ok(!`${error.message} ${error.stack} ${inspect(error)}`.includes('planted secret'), `${run}`);
  return error;
}
const code = (run) => thrown(run).code;

test('require and import give the same', () => {
  const required = createRequire(import.meta.url)('cognito-device-srp');
  for (const [name, value] of Object.entries(required)) assert.equal(imported[name], value, name);
  assert.equal(required.Error, SrpError);
  assert.equal(required.CognitoDeviceSrpError, SrpError);
});

test('wrong types, and texts that are none, in every place', () => {
  const calls = [
    [DERIVE, derive],
    [DEVICE, (given) => Registration.generate(given)],
    [{ ...DEVICE, deviceSecret: SECRET }, (given) => Registration.forSecret(given)],
    [{ ...DEVICE, deviceSecret: SECRET }, (given) => new RememberedDevice(given)],
    [{ ...DEVICE, deviceSecret: SECRET, ...CHALLENGE }, (given) => new SignIn().answerDevice(given)],
    [{ ...USER, ...CHALLENGE }, (given) => new SignIn().answerUser(given)],
    [{ clientSecret: SECRET, username: 'alice', clientId: 'id' }, secretHash],
    [{ passwordVerifier: 'Ag==', salt: 'AQ==' }, (given) => StoredVerifier.forDevice(given)],
    [USER, (given) => StoredVerifier.forUser(given)],
  ];
  for (const [given, call] of calls) {
    call(given);
    for (const none of [undefined, null, 7, 'text']) thrown(() => call(none));
    for (const name of Object.keys(given)) {
      const wrong = [null, 7, {}, [], Symbol('x')];
      // without a timestamp, it is now; a number is one
      if (name !== 'timestamp') wrong.push(undefined);
      for (const value of wrong.filter((value) => name !== 'timestamp' || value !== 7)) {
        assert.ok(thrown(() => call({ ...given, [name]: value })) instanceof TypeError, `${name}`);
      }
      // the names of a client are the service's to refuse
      if (call !== secretHash) assert.ok(code(() => call({ ...given, [name]: '' })) > 0, name);
      // what has a bound is refused above it
      if (BOUNDED.includes(name)) assert.ok(code(() => call({ ...given, [name]: 'a'.repeat(200_000) })) > 0, name);
      assert.equal(code(() => call({ ...given, [name]: `${SECRET}\ud800` })), 104, name);
      assert.equal(code(() => call({ ...given, [name]: `${SECRET}\0` })), 108, name);
    }
  }
  for (const a of [null, 7, 'text', [1], new Uint16Array(4), new ArrayBuffer(4)]) {
    thrown(() => new SignIn({ a }));
    if (typeof a !== 'object' || a === null) thrown(() => new SignIn(a));
  }
  const hashed = (passwordHash) => thrown(() => new SignIn().answerUserHashed({ ...USER, ...CHALLENGE, passwordHash }));
  for (const none of ['text', undefined]) assert.ok(hashed(none) instanceof TypeError);
  for (const length of [0, 31, 33]) assert.equal(hashed(new Uint8Array(length)).code, 102);
  for (const json of ['', '{', `{"DeviceSecret": "${SECRET}`, '[]', 'null', '{}', null]) {
    assert.ok(thrown(() => RememberedDevice.fromJson(json)) instanceof TypeError);
  }
  for (const Class of [Registration, StoredVerifier, imported.IssuedChallenge, imported.SuspendedSignIn]) {
    thrown(() => new Class({}, [], []));
  }
});

test('values that the library refuses have its codes and kinds', () => {
  assert.equal(code(() => derive({ ...DERIVE, deviceGroupKey: '' })), 1);
  assert.equal(code(() => derive({ ...DERIVE, deviceGroupKey: 'g'.repeat(131073) })), 2);
  derive({ ...DERIVE, deviceGroupKey: 'g'.repeat(131072) });
  assert.equal(code(() => derive({ ...DERIVE, deviceKey: DEVICE.deviceGroupKey })), 3);
  assert.equal(code(() => derive({ ...DERIVE, deviceSecret: '' })), 4);
  assert.equal(code(() => derive({ ...DERIVE, salt: '' })), 6);
  assert.equal(code(() => derive({ ...DERIVE, salt: new Uint8Array(65) })), 7);
  assert.equal(code(() => derive({ ...DERIVE, salt: 'AQ' })), 8);
  for (const a of [new Uint8Array(), new Uint8Array(32), new Uint8Array(1025).fill(1)]) {
    assert.equal(code(() => new SignIn({ a })), 15);
  }
  const answer = (changed) => code(() => new SignIn().answerUser({ ...USER, ...CHALLENGE, ...changed }));
  assert.equal(answer({ srpB: '0' }), 19);
  assert.equal(answer({ srpB: '' }), 18);
  assert.equal(answer({ salt: 'x' }), 21);
  assert.equal(answer({ secretBlock: '' }), 22);
  for (const moment of [-1, 1e12, Infinity, -Infinity, 10n ** 30n]) assert.equal(answer({ timestamp: moment }), 23);
  assert.equal(answer({ timestamp: 'now' }), 32);
  assert.ok(thrown(() => timestamp(new Date(NaN))) instanceof TypeError);
  assert.equal(answer({ userPoolId: 'us-east-1' }), 24);
  assert.equal(answer({ password: '' }), 26);
  const refusal = thrown(() => new SignIn().answerUser({ ...USER, ...CHALLENGE, srpB: '0' }));
  assert.deepEqual([refusal.name, refusal.kind], ['CognitoDeviceSrpError', 'peer']);
  assert.equal(refusal.message, 'srp_b is zero or too large');
  assert.equal(thrown(() => new SignIn({ a: new Uint8Array(0) })).kind, 'input');
  thrown(() => new SrpError(4711));
});

test('parameter maps without what they need', () => {
  const context = new AuthContext({ clientId: 'id', username: 'alice' });
  assert.deepEqual(context.smsMfa('123456'), { SMS_MFA_CODE: '123456', USERNAME: 'alice' });
  assert.deepEqual(context.userAuth({ challenge: 'PASSWORD', password: 'p' }), {
    PREFERRED_CHALLENGE: 'PASSWORD',
    PASSWORD: 'p',
    USERNAME: 'alice',
  });
  const attributes = context.newPasswordRequired('new', { given_name: 'Alice' });
  assert.deepEqual(attributes, { NEW_PASSWORD: 'new', 'userAttributes.given_name': 'Alice', USERNAME: 'alice' });
  assert.equal(code(() => context.deviceSrpAuth(new SignIn())), 33);
  assert.equal(code(() => context.smsMfa('')), 34);
  for (const name of ['USERNAME', 'DEVICE_KEY', 'SECRET_HASH']) {
    assert.equal(code(() => context.respond({ [name]: 'x' })), 35, name);
  }
  const refreshing = { clientId: 'id', username: 'alice', clientSecret: 'secret', ...DEVICE };
  assert.deepEqual(context.getTokensFromRefreshToken('token'), { RefreshToken: 'token', ClientId: 'id' });
  assert.deepEqual(new AuthContext(refreshing).getTokensFromRefreshToken('token'), {
    RefreshToken: 'token',
    ClientId: 'id',
    ClientSecret: 'secret',
    DeviceKey: DEVICE.deviceKey,
  });
  assert.equal(code(() => context.getTokensFromRefreshToken('')), 34);
  for (const given of [{ clientId: '', username: 'alice' }, { clientId: 'id', username: '' }]) {
    assert.equal(code(() => new AuthContext(given)), 34);
  }
  for (const wrong of [undefined, null, 7, {}]) assert.ok(thrown(() => context.emailOtp(wrong)) instanceof TypeError);
});

test('a device key of any form, for tests that say so', () => {
  const deviceKey = new DeviceKeyForTests('mock-device-key');
  const device = { deviceGroupKey: 'group', deviceKey };
  assert.equal(code(() => derive({ ...DERIVE, ...device, deviceKey: 'mock-device-key' })), 3);
  assert.equal(code(() => derive({ ...DERIVE, ...device, deviceKey: '\0mock-device-key' })), 108);
  assert.equal(code(() => derive({ ...DERIVE, ...device, deviceKey: new DeviceKeyForTests('') })), 3);
  for (const wrong of [new String('mock-device-key'), { key: 'mock-device-key' }]) {
    assert.ok(thrown(() => derive({ ...DERIVE, deviceKey: wrong })) instanceof TypeError);
  }
  assert.ok(thrown(() => derive({ ...DERIVE, deviceSecret: deviceKey })) instanceof TypeError);
  assert.equal(code(() => derive({ ...DERIVE, deviceKey: new DeviceKeyForTests('mock\0') })), 108);
  prove({ ...device, deviceSecret: SECRET, ...derive({ ...DERIVE, ...device }) });

  const registration = Registration.generate(device);
  const remembered = registration.remember();
  for (const each of [registration, remembered, new AuthContext({ clientId: 'id', username: 'alice', device })]) {
    assert.equal(each.deviceKey, 'mock-device-key');
  }
  // what is stored is read as a real one's
  assert.equal(code(() => RememberedDevice.fromJson(remembered.exposeJson())), 3);
  const signIn = new SignIn();
  const issued = StoredVerifier.forDevice(registration).challenge(signIn.srpA);
  const { srpB, salt } = issued;
  const claim = remembered.answer(signIn, { srpB, salt, secretBlock: 'k3dX' });
  issued.checkDevice({ ...device, secretBlock: 'k3dX', ...claim });
});

test('refusals of the service are explained', () => {
  const thrownBySdk = Object.assign(new globalThis.Error('Device does not exist.'), { name: 'ResourceNotFoundException' });
  const { diagnosis, advice, asksToWait } = diagnose(thrownBySdk);
  assert.deepEqual([diagnosis, asksToWait], ['DeviceForgotten', false]);
  assert.match(advice, /sign in once more without a device key/);
  assert.equal(diagnose({ name: 'NotAuthorizedException', message: 'Password attempts exceeded' }).asksToWait, true);
  assert.equal(diagnose({ name: 'ResourceNotFoundException', message: 'User pool client x does not exist.' }), undefined);
  assert.equal(diagnose({ name: '', message: '' }), undefined);
  for (const wrong of [undefined, null, 'text', {}, { name: 'x' }, { name: 1, message: '' }]) {
    assert.ok(thrown(() => diagnose(wrong)) instanceof TypeError);
  }
});

test('what is very long is read or refused', () => {
  const hash = secretHash('secret', 'a'.repeat(5_000_000), 'id');
  assert.equal(hash.length, 44);
  assert.equal(code(() => secretHash('secret', 'a'.repeat(6_000_000), 'id')), 102);
  assert.equal(secretHash('client-secret', 'alice', 'client-id'), 'qROqM+PMKX09MK8ulDVm8LCWdCRqQQEUG9HcF+N7/S4=');
});

test('a sign-in is answered once, a claim is checked once', () => {
  const signIn = new SignIn();
  const stored = StoredVerifier.forUser(USER);
  const issued = stored.challenge(signIn.srpA);
  const { srpB, salt } = issued;
  const claim = signIn.answerUser({ ...USER, srpB, salt, secretBlock: 'k3dX' });
  assert.equal(code(() => signIn.answerUser({ ...USER, ...CHALLENGE })), 105);
  assert.equal(code(() => signIn.suspend()), 105);
  issued.checkUser({ ...USER, ...claim, secretBlock: 'k3dX' });
  assert.equal(code(() => issued.checkUser({ ...USER, ...claim, secretBlock: 'k3dX' })), 105);
  const another = stored.challenge(new SignIn().srpA);
  const refusal = thrown(() => another.checkUser({ ...USER, ...claim, secretBlock: 'k3dX' }));
  assert.deepEqual([refusal.code, refusal.kind], [27, 'rejected']);

  const state = new SignIn().suspend().exposeSecret();
  assert.equal(SignIn.resume(state).srpA.length > 700, true);
  for (const bad of [new Uint8Array(), state.slice(1), new Uint8Array(state.length)]) {
    assert.equal(code(() => SignIn.resume(bad)), 105);
  }
});

test('nothing that is printed shows a secret', () => {
  const registration = Registration.forSecret({ ...DEVICE, deviceSecret: SECRET });
  const context = new AuthContext({ clientId: 'id', username: 'alice', clientSecret: SECRET });
  for (const each of [registration, registration.remember(), context, StoredVerifier.forUser(USER), new SignIn()]) {
    assert.ok(!`${inspect(each, { showHidden: true, depth: 9 })} ${JSON.stringify(each)} ${each}`.includes('planted secret'));
  }
  assert.equal(registration.remember().exposeSecret(), SECRET);
  assert.equal(RememberedDevice.fromJson(registration.remember().exposeJson()).exposeSecret(), SECRET);
});

test('bytes of another realm are bytes', () => {
  const a = vm.runInNewContext('Uint8Array.of(10)');
  assert.ok(!(a instanceof Uint8Array));
  assert.equal(new SignIn({ a }).srpA, '400');
});

test('without randomness nothing is made', (context) => {
  const crypto = globalThis.crypto ?? createRequire(import.meta.url)('crypto').webcrypto;
  const draw = context.mock.method(Object.getPrototypeOf(crypto), 'getRandomValues', () => {
    throw new globalThis.Error('none');
  });
  for (const make of [() => new SignIn(), () => Registration.generate(DEVICE)]) {
    const { code, kind } = thrown(make);
    assert.deepEqual([code, kind], [5, 'randomness']);
  }
  draw.mock.mockImplementation((bytes) => bytes);
  assert.equal(code(() => new SignIn()), 5);
  assert.equal(code(() => Registration.generate(DEVICE)), 5);
  draw.mock.restore();
  new SignIn();
});

test('a worker computes, and one that dies takes nothing with it', async () => {
  const run = (source) =>
    new Promise((resolve) => {
      const worker = new Worker(source, { eval: true });
      worker.on('message', (message) => (message === 'busy' ? worker.terminate().then(() => resolve('died')) : resolve(message)));
      worker.on('error', resolve);
    });
  const begin = `const { SignIn } = require('cognito-device-srp'); const { parentPort } = require('worker_threads');`;
  assert.equal(await run(`${begin} parentPort.postMessage(new SignIn({ a: Uint8Array.of(10) }).srpA)`), '400');
  assert.equal(await run(`${begin} parentPort.postMessage('busy'); for (;;) new SignIn()`), 'died');
  assert.equal(new SignIn({ a: Uint8Array.of(10) }).srpA, '400');
});
