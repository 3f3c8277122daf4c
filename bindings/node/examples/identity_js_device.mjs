// amazon-cognito-identity-js with its SRP replaced by this package at run time. Both do the life of a device against
// the pool at POOL_ENDPOINT, and the time of a sign-in with the device is printed.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { makePool } from './pool.mjs';
import { signingKey, understandSigningKeys } from './signing_key.mjs';
import { Registration, SignIn } from 'cognito-device-srp';

const require = createRequire(import.meta.url);
const { AuthenticationDetails, CognitoUser, CognitoUserPool } = require('amazon-cognito-identity-js');
const Helper = require('amazon-cognito-identity-js/lib/AuthenticationHelper').default;

/** The methods of its helper that compute. */
const OURS = {
  generateRandomSmallA: () => new SignIn(),
  calculateA: (signIn, callback) => callback(null, { toString: () => signIn.srpA }),
  generateHashDevice(deviceGroupKey, deviceKey, callback) {
    const hex = (base64) => Buffer.from(base64, 'base64').toString('hex');
    const registration = Registration.generate({ deviceGroupKey, deviceKey });
    this.randomPassword = registration.exposeSecret();
    this.SaltToHashDevices = hex(registration.salt);
    this.verifierDevices = hex(registration.passwordVerifier);
    callback(null, null);
  },
  getPasswordAuthenticationKey(name, password, srpB, salt, callback) {
    const challenge = { srpB: srpB.toString(16), salt: salt.toString(16) };
    callback(null, signingKey(this.getSmallAValue(), this.poolName, name, password, challenge));
  },
};

class Memory extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => void this.set(key, value);
  removeItem = (key) => void this.delete(key);
}

/** The user of a newly started app with this storage signs in. Returns the key of the device that did. */
function signIn(pool, Storage, password = pool.password) {
  const { userPoolId: UserPoolId, clientId: ClientId, endpoint, username: Username } = pool;
  const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint, Storage });
  const user = new CognitoUser({ Username, Pool, Storage });
  return new Promise((resolve, onFailure) => {
    const onSuccess = (session) => resolve(session.getAccessToken().payload.device_key);
    user.authenticateUser(new AuthenticationDetails({ Username, Password: password }), { onSuccess, onFailure });
  });
}

/** Returns the milliseconds of a sign-in with a remembered device. */
async function deviceLife() {
  const pool = await makePool(process.env.POOL_ENDPOINT);
  await assert.rejects(signIn(pool, new Memory(), 'wrong'), { name: 'NotAuthorizedException' });
  const storage = new Memory();
  const device = await signIn(pool, storage);
  assert.ok(device);
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    const begin = performance.now();
    assert.equal(await signIn(pool, storage), device);
    times.push(performance.now() - begin);
  }
  const wrong = new Memory(storage);
  wrong.setItem([...wrong.keys()].find((key) => key.endsWith('.randomPasswordKey')), 'wrong');
  await assert.rejects(signIn(pool, wrong), { name: 'NotAuthorizedException' });
  return Math.min(...times);
}

const theirs = await deviceLife();
understandSigningKeys(createRequire(require.resolve('amazon-cognito-identity-js'))('@aws-crypto/sha256-js'));
Object.assign(Helper.prototype, OURS);
const ours = await deviceLife();
const { version } = require('amazon-cognito-identity-js/package.json');
console.log(
  `amazon-cognito-identity-js ${version}: a sign-in with its device takes ${theirs.toFixed(0)} ms, ` +
    `with this package ${ours.toFixed(0)} ms (${(theirs / ours).toFixed(1)} times)`,
);
