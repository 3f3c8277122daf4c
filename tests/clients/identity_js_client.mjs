// amazon-cognito-identity-js: the life of a device, by its own calls. It confirms a new device by itself.

import assert from 'node:assert/strict';
import identity from 'amazon-cognito-identity-js';
import { createRequire } from 'node:module';
import { GONE, Memory, WRONG, claims, pool, refused, withClock } from './memory.mjs';

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = identity;

/** A user as a newly started app has them, with what is in the storage. */
function user(storage) {
  const { userPoolId: UserPoolId, clientId: ClientId, endpoint } = pool;
  const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint, Storage: storage });
  return new CognitoUser({ Username: pool.username, Pool, Storage: storage });
}

const signIn = (who, password = pool.password) =>
  new Promise((onSuccess, onFailure) => {
    const details = new AuthenticationDetails({ Username: pool.username, Password: password });
    const done = (session, userConfirmationNecessary) => onSuccess({ session, userConfirmationNecessary });
    who.authenticateUser(details, { onSuccess: done, onFailure });
  });

/** A call that takes a callback. */
const call = (who, name, ...given) =>
  new Promise((onSuccess, onFailure) => who[name](...given, { onSuccess, onFailure }));

const key = (name) => `CognitoIdentityServiceProvider.${pool.clientId}.${pool.username}.${name}`;
const deviceOf = ({ session }) => claims(session.getAccessToken().getJwtToken()).device_key;

await refused(WRONG, () => signIn(user(new Memory()), 'wrong'));
await withClock(6, () => refused(WRONG, () => signIn(user(new Memory()))));

const storage = new Memory();
const starting = user(storage);
const first = await signIn(starting);
assert.equal(first.userConfirmationNecessary, pool.asksUser || undefined);
if (pool.asksUser) await call(starting, 'setDeviceStatusRemembered');
const device = storage.getItem(key('deviceKey'));
assert.equal(deviceOf(first), device);

const remembered = user(storage);
assert.equal(deviceOf(await signIn(remembered)), device);
assert.equal((await call(remembered, 'getDevice')).Device.DeviceKey, device);
assert.equal((await call(remembered, 'listDevices', 10, null)).Devices.length, 1);
const refreshed = await new Promise((resolve, reject) => {
  const token = remembered.getSignInUserSession().getRefreshToken();
  remembered.refreshSession(token, (error, session) => (error ? reject(error) : resolve(session)));
});
assert.ok(refreshed.isValid());

const wrongSecret = new Memory(storage);
wrongSecret.setItem(key('randomPasswordKey'), 'wrong');
await refused(WRONG, () => signIn(user(wrongSecret)));
await withClock(-6, () => refused(WRONG, () => signIn(user(new Memory(storage)))));

const kept = new Memory(storage);
await call(remembered, 'forgetDevice');
assert.equal(storage.getItem(key('deviceKey')), null);
await refused(GONE, () => call(remembered, 'forgetSpecificDevice', device));

// one that still has the forgotten device drops it, signs in without it, and is offered another
const fallsBack = await signIn(user(kept));
const another = kept.getItem(key('deviceKey'));
assert.notEqual(another, device);
assert.equal(deviceOf(fallsBack), another);
assert.equal(deviceOf(await signIn(user(kept))), another);

const signedOut = user(kept);
await signIn(signedOut);
const before = signedOut.getSignInUserSession();
await new Promise((resolve, reject) => signedOut.signOut((error) => (error ? reject(error) : resolve())));
signedOut.setSignInUserSession(before);
await refused(['NotAuthorizedException', 'Invalid Access Token'], () => call(signedOut, 'listDevices', 10, null));

const { version } = createRequire(import.meta.url)('amazon-cognito-identity-js/package.json');
console.log(`amazon-cognito-identity-js ${version}`);
