// Every known answer of vectors/, through the installed package.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { AuthContext, SignIn, SrpError, StoredVerifier, derive, prove, secretHash, timestamp } from 'cognito-device-srp';

const vectors = (name) => JSON.parse(readFileSync(`${process.env.VECTORS}/${name}.json`, 'utf8'));
const number = (digits) => new Uint8Array(Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex'));
const deviceOf = (each) => ({
  deviceGroupKey: each.device_group_key,
  deviceKey: each.device_key,
  deviceSecret: each.password,
});
const challengeOf = ({ challenge_parameters: { SRP_B, SALT, SECRET_BLOCK } }) => ({
  srpB: SRP_B,
  salt: SALT,
  secretBlock: SECRET_BLOCK,
});

test('verifiers', () => {
  let [derived, refused] = [0, 0];
  for (const each of vectors('device_verifier').cases) {
    const given = { ...deviceOf(each), salt: each.salt_b64 };
    if (each.refused) {
      assert.throws(() => derive(given), SrpError, each.name);
      refused += 1;
      continue;
    }
    const { PasswordVerifier: passwordVerifier, Salt: salt } = each.config;
    assert.deepEqual(derive(given), { passwordVerifier, salt }, each.name);
    assert.deepEqual(derive({ ...given, salt: number(each.salt_hex) }), { passwordVerifier, salt }, each.name);
    prove({ ...given, passwordVerifier, salt });
    derived += 1;
  }
  assert.deepEqual([derived, refused], [79, 4]);
});

/** A's digits, the answer and the verifier's side of one case. */
function signIn(each, answer, stored, check) {
  const a = number(each.a_hex);
  const begin = () => new SignIn({ a });
  assert.equal(begin().srpA, each.A_hex, each.name);
  const expected = { signature: each.signature, timestamp: each.timestamp };
  for (const moment of [each.epoch, each.timestamp]) {
    assert.deepEqual(answer(begin(), { ...challengeOf(each), timestamp: moment }), expected, each.name);
  }
  const suspended = begin().suspend();
  assert.deepEqual(answer(SignIn.resume(suspended), { ...challengeOf(each), timestamp: each.epoch }), expected);
  const issued = stored.challenge({ srpA: each.A_hex, b: number(each.b_hex) });
  assert.deepEqual({ srpB: issued.srpB, salt: issued.salt.replace(/^0+(?=.)/, '') }, {
    srpB: each.B_hex,
    salt: each.challenge_parameters.SALT.replace(/^0+(?=.)/, ''),
  });
  check(issued, { ...expected, secretBlock: each.secret_block });
}

test('sign-ins of devices', () => {
  const { cases, invalid_server_values } = vectors('device_auth');
  for (const each of cases) {
    const device = deviceOf(each);
    const stored = StoredVerifier.fromParts({ verifier: number(each.verifier_hex), salt: number(each.salt_raw_hex) });
    signIn(
      each,
      (begun, challenge) => begun.answerDevice({ ...device, ...challenge }),
      stored,
      (issued, claim) => issued.checkDevice({ ...device, ...claim }),
    );
    const context = new AuthContext({ clientId: each.client_id, username: each.username, device });
    assert.deepEqual(context.deviceSrpAuth({ srpA: each.A_hex }), each.device_srp_auth_responses, each.name);
    assert.deepEqual(
      context.devicePasswordVerifier(each.secret_block, each),
      each.device_password_verifier_responses,
      each.name,
    );
    if (each.client_secret) {
      const { client_secret: clientSecret, client_id: clientId, username } = each;
      assert.equal(secretHash({ clientSecret, username, clientId }), each.secret_hash);
      assert.equal(secretHash(clientSecret, username, clientId), each.secret_hash);
      const withSecret = new AuthContext({ clientId, username, clientSecret, device });
      assert.deepEqual(
        [withSecret.deviceSrpAuth({ srpA: each.A_hex }), withSecret.devicePasswordVerifier(each.secret_block, each)],
        each.responses_with_secret_hash,
      );
    }
  }
  assert.equal(cases.length, 40);
  assert.ok(invalid_server_values.length > 0);
  for (const { B_hex } of invalid_server_values) {
    const [each] = cases;
    const given = { ...deviceOf(each), ...challengeOf(each), srpB: B_hex };
    assert.throws(() => new SignIn().answerDevice(given), ({ code, kind }) => (code === 18 || code === 19) && kind === 'peer');
  }
});

test('sign-ins of users', () => {
  const { cases } = vectors('user_auth');
  for (const each of cases) {
    const user = { userPoolId: each.pool_id, userIdForSrp: each.user_id_for_srp };
    const { password } = each;
    signIn(
      each,
      (begun, challenge) => begun.answerUser({ ...user, password, ...challenge }),
      StoredVerifier.forUser({ ...user, password, salt: number(each.salt_raw_hex) }),
      (issued, claim) => issued.checkUser({ ...user, ...claim }),
    );
    const hashed = { ...user, passwordHash: number(each.identity_hash_hex) };
    const { signature } = new SignIn(number(each.a_hex)).answerUserHashed({
      ...hashed,
      ...challengeOf(each),
      timestamp: each.epoch,
    });
    assert.equal(signature, each.signature, each.name);
    for (const moment of [each.epoch, each.epoch + 0.9, new Date(each.epoch * 1000), BigInt(each.epoch), each.timestamp]) {
      assert.equal(timestamp(moment), each.timestamp);
    }
    const context = new AuthContext({ clientId: each.client_id, username: each.login });
    assert.deepEqual(context.userSrpAuth({ srpA: each.A_hex }), each.initiate_auth_parameters, each.name);
    assert.deepEqual(
      context.withUsername(each.username).passwordVerifier(each.secret_block, each),
      each.password_verifier_responses,
      each.name,
    );
  }
  assert.equal(cases.length, 37);
});
