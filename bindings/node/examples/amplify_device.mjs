// @aws-amplify/auth with its SRP replaced by this package at run time. Both do the life of a device against the pool at
// POOL_ENDPOINT, and the time of a sign-in with the device is printed.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { makePool } from './pool.mjs';
import { signingKey, understandSigningKeys } from './signing_key.mjs';
import { Registration, SignIn } from 'cognito-device-srp';

// it names a device after the browser; Node.js is one since version 21
globalThis.navigator ??= { userAgent: 'Node.js' };

const require = createRequire(import.meta.url);
const { Amplify } = require('@aws-amplify/core');
const { fetchAuthSession, signIn } = require('@aws-amplify/auth');
const { cognitoUserPoolsTokenProvider: provider } = require('@aws-amplify/auth/cognito');
const root = dirname(require.resolve('@aws-amplify/auth/package.json'));
const srp = require(join(root, 'dist/cjs/providers/cognito/utils/srp/getAuthenticationHelper.js'));

const hex = (base64) => Buffer.from(base64, 'base64').toString('hex');

/** What its helper is to its sign-in. */
async function getAuthenticationHelper(group) {
  const begun = new SignIn();
  let registration;
  return {
    A: { toString: () => begun.srpA },
    generateHashDevice: async (deviceGroupKey, deviceKey) =>
      void (registration = Registration.generate({ deviceGroupKey, deviceKey })),
    getRandomPassword: () => registration.exposeSecret(),
    getSaltToHashDevices: () => hex(registration.salt),
    getVerifierDevices: () => hex(registration.passwordVerifier),
    getPasswordAuthenticationKey: async ({ username, password, serverBValue, salt }) =>
      signingKey(begun, group, username, password, { srpB: serverBValue.toString(16), salt: salt.toString(16) }),
  };
}

/** A newly started app with what is in the storage. */
function start(pool, storage) {
  const { userPoolId, clientId: userPoolClientId, endpoint: userPoolEndpoint } = pool;
  const Auth = { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint } };
  provider.setAuthConfig(Auth);
  Amplify.configure({ Auth }, { Auth: { tokenProvider: provider } });
  provider.setKeyValueStorage({
    setItem: async (key, value) => void storage.set(key, value),
    getItem: async (key) => storage.get(key) ?? null,
    removeItem: async (key) => void storage.delete(key),
    clear: async () => storage.clear(),
  });
}

/** Signs in, and returns the key of the device that did. */
async function device({ username, password }) {
  const { isSignedIn } = await signIn({ username, password });
  assert.ok(isSignedIn);
  return (await fetchAuthSession()).tokens.accessToken.payload.device_key;
}

/** What is left of a storage when the tokens are gone. */
const signedOut = (storage) =>
  new Map([...storage].filter(([key]) => !/(Token|clockDrift|signInDetails|LastAuthUser)$/.test(key)));

/** Returns the milliseconds of a sign-in with a remembered device. */
async function deviceLife() {
  const pool = await makePool(process.env.POOL_ENDPOINT);
  start(pool, new Map());
  await assert.rejects(device({ ...pool, password: 'wrong' }), { name: 'NotAuthorizedException' });
  const storage = new Map();
  start(pool, storage);
  const first = await device(pool);
  assert.ok(first);
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    start(pool, signedOut(storage));
    const begin = performance.now();
    assert.equal(await device(pool), first);
    times.push(performance.now() - begin);
  }
  const wrong = signedOut(storage);
  wrong.set([...wrong.keys()].find((key) => key.endsWith('.randomPasswordKey')), 'wrong');
  start(pool, wrong);
  await assert.rejects(device(pool), { name: 'NotAuthorizedException' });
  return Math.min(...times);
}

const theirs = await deviceLife();
const sha256 = createRequire(join(root, 'package.json')).resolve('@aws-crypto/sha256-js');
understandSigningKeys(require(join(dirname(sha256), 'jsSha256.js')));
srp.getAuthenticationHelper = getAuthenticationHelper;
const ours = await deviceLife();
const { version } = require('@aws-amplify/auth/package.json');
console.log(
  `@aws-amplify/auth ${version}: a sign-in with its device takes ${theirs.toFixed(0)} ms, ` +
    `with this package ${ours.toFixed(0)} ms (${(theirs / ours).toFixed(1)} times)`,
);
