// After a call nothing secret is left in the module's memory; after a trap, the next call has a new instance.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';

// the package makes its instances by this class, at its first call
const Instance = WebAssembly.Instance;
const instances = [];
let trapping = false;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    instances.push(this.exports.memory);
    this.wrapped = { ...this.exports, sign_in_with: (at) => (trapping ? trap() : this.exports.sign_in_with(at)) };
    return { exports: this.wrapped };
  }
};
function trap() {
  throw new WebAssembly.RuntimeError('unreachable');
}

const { Registration, SignIn, StoredVerifier, derive } = await import('cognito-device-srp');

const DEVICE = { deviceGroupKey: '-NXiVKS5p', deviceKey: 'us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8' };
const SECRET = 'planted secret, not to be found';
const USER = { userPoolId: 'us-east-1_AbCdEfGhI', userIdForSrp: 'alice', password: SECRET };
const EPHEMERAL = createHash('sha256').update('an ephemeral').digest();

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** How many of the secrets, in eight bytes of each, in either order, are in any memory. */
function found(secrets) {
  return secrets.filter((secret) =>
    [Buffer.from(secret), Buffer.from(secret).reverse()].some((bytes) =>
      [0, bytes.length - 8].some((at) => instances.some(({ buffer }) => Buffer.from(buffer).includes(bytes.subarray(at, at + 8)))),
    ),
  ).length;
}

/** Everything that has a secret in it. Returns the secrets. */
function everything() {
  const registration = Registration.generate(DEVICE);
  derive({ ...DEVICE, deviceSecret: SECRET, salt: 'AQ==' });
  const signIn = new SignIn({ a: EPHEMERAL });
  const stored = StoredVerifier.forUser({ ...USER, salt: Uint8Array.of(1) });
  const issued = stored.challenge({ srpA: signIn.srpA, b: EPHEMERAL });
  const { srpB, salt } = issued;
  const claim = signIn.answerUser({ ...USER, srpB, salt, secretBlock: 'k3dX' });
  issued.checkUser({ ...USER, ...claim, secretBlock: 'k3dX' });
  const begun = new SignIn();
  const state = begun.suspend().exposeSecret();
  SignIn.resume(state);
  const inner = sha256('AbCdEfGhI', 'alice', ':', SECRET);
  return [
    Buffer.from(SECRET),
    Buffer.from(registration.exposeSecret()),
    Buffer.from(registration.exposeSecret(), 'base64'),
    EPHEMERAL,
    state.subarray(354, 386), // the ephemeral, in its last bytes
    inner,
    sha256(Uint8Array.of(1), inner), // x
  ];
}

test('secrets are wiped', () => {
  assert.equal(found(everything()), 0);
  assert.ok(instances.length > 0);
});

test('the search finds what is not wiped', (context) => {
  const wiping = context.mock.method(Object.getPrototypeOf(Uint8Array.prototype), 'fill', function () {
    return this;
  });
  Registration.forSecret({ ...DEVICE, deviceSecret: SECRET });
  wiping.mock.restore();
  assert.equal(found([Buffer.from(SECRET)]), 1);
  everything();
  const left = instances.splice(0);
  assert.equal(left.length > 0, true);
});

test('after a trap the next call works, in another instance', () => {
  // an answer's memory that has grown goes with its instance, so that there is a new one here
  derive({ ...DEVICE, deviceGroupKey: 'g'.repeat(131072), deviceSecret: SECRET, salt: 'AQ==' });
  const before = instances.length;
  trapping = true;
  assert.throws(() => new SignIn({ a: EPHEMERAL }), WebAssembly.RuntimeError);
  trapping = false;
  assert.equal(found([EPHEMERAL]), 0);
  assert.equal(new SignIn({ a: Uint8Array.of(10) }).srpA, '400');
  assert.ok(instances.length > before);
});
