// @aws-amplify/auth: the life of a device, by its own calls, and each flow that begins with SRP. It confirms a new device by itself,
// and takes the next refresh token where they are rotated.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Amplify } from '@aws-amplify/core';
import {
  confirmSignIn,
  fetchAuthSession,
  fetchDevices,
  forgetDevice,
  rememberDevice,
  signIn,
  signOut,
} from '@aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito';
import { Memory, WRONG, claims, code, pool, refused, withClock } from './memory.mjs';

// it names a device after the browser; Node.js is one since version 21
globalThis.navigator ??= { userAgent: 'Node.js' };

// as the package aws-amplify does it
const Auth = {
  Cognito: {
    userPoolId: pool.userPoolId,
    userPoolClientId: pool.clientId,
    userPoolEndpoint: pool.endpoint,
  },
};
cognitoUserPoolsTokenProvider.setAuthConfig(Auth);
Amplify.configure({ Auth }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });

/** A newly started app with what is in the storage. */
const start = (storage) =>
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    setItem: async (key, value) => storage.setItem(key, value),
    getItem: async (key) => storage.getItem(key),
    removeItem: async (key) => storage.removeItem(key),
    clear: async () => storage.clear(),
  });

/** Signs in, in one step, and tells the device that the access token names. */
async function device(password = pool.password) {
  const { isSignedIn, nextStep } = await signIn({ username: pool.username, password });
  assert.ok(isSignedIn && nextStep.signInStep === 'DONE');
  const { tokens } = await fetchAuthSession();
  return claims(tokens.accessToken.toString()).device_key;
}

/** What is left of a storage when the tokens are gone. */
const signedOut = (storage) =>
  new Memory([...storage].filter(([key]) => !/(Token|clockDrift|signInDetails|LastAuthUser)$/.test(key)));

const key = (name) => `CognitoIdentityServiceProvider.${pool.clientId}.${pool.username}.${name}`;

start(new Memory());
await refused(WRONG, () => device('wrong'));
await withClock(6, () => refused(WRONG, () => device()));

const storage = new Memory();
start(storage);
const first = await device();
assert.equal(storage.getItem(key('deviceKey')), first);
if (pool.asksUser) await rememberDevice();

const remembered = signedOut(storage);
start(remembered);
assert.equal(await device(), first);
assert.deepEqual((await fetchDevices()).map(({ id }) => id), [first]);
for (let refreshes = 0; refreshes < 2; refreshes++) {
  const before = remembered.getItem(key('refreshToken'));
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  assert.equal(claims(tokens.accessToken.toString()).device_key, first);
  assert.equal(remembered.getItem(key('refreshToken')) !== before, pool.rotates);
}

const wrongSecret = signedOut(storage);
wrongSecret.setItem(key('randomPasswordKey'), 'wrong');
start(wrongSecret);
await refused(WRONG, () => device());
start(signedOut(storage));
await withClock(-6, () => refused(WRONG, () => device()));

start(remembered);
const kept = signedOut(remembered);
await forgetDevice();
assert.equal(remembered.getItem(key('deviceKey')), null);

// one that still has the forgotten device drops it, signs in without it, and is offered another
start(kept);
const another = await device();
assert.notEqual(another, first);
assert.equal(kept.getItem(key('deviceKey')), another);
assert.deepEqual((await fetchDevices()).map(({ id }) => id), [another]);
await signOut({ global: true });

/** Begins a sign-in of a device that is new, by another flow. */
async function begin(options, password = pool.password) {
  start(new Memory());
  const { nextStep } = await signIn({ username: pool.username, password, options });
  return nextStep.signInStep;
}

/** Answers a step, and tells the next. */
async function answer(challengeResponse) {
  const { nextStep } = await confirmSignIn({ challengeResponse });
  return nextStep.signInStep;
}

assert.equal(await begin({ authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD_SRP' }), 'DONE');
await signOut();
const select = 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION';
assert.equal(await begin({ authFlowType: 'USER_AUTH' }, undefined), select);
assert.equal(await answer('PASSWORD_SRP'), 'CONFIRM_SIGN_IN_WITH_PASSWORD');
assert.equal(await answer(pool.password), 'DONE');
await signOut();
assert.equal(await begin({ authFlowType: 'CUSTOM_WITH_SRP' }), 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
assert.equal(await answer(code('CUSTOM_CHALLENGE')), 'DONE');
await signOut();

const { version } = createRequire(import.meta.url)('@aws-amplify/auth/package.json');
console.log(`@aws-amplify/auth ${version}`);
