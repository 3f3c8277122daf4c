// Clients of the vendor derive a key and then sign the claim with it, by SHA-256 of @aws-crypto. This package gives the
// signature alone. So what stands for the key is an object that @aws-crypto asks for the signature of a message.

import { createRequire } from 'node:module';

const { Sha256 } = createRequire(import.meta.url)('@aws-crypto/sha256-js');
const TIMESTAMP = / [A-Z][a-z]{2} \d{1,2} \d\d:\d\d:\d\d UTC \d{4}$/;

class SigningKey extends Uint8Array {}

/** The key of a claim; `group` is a pool's name or a device's group key, `name` a user's or a device's. */
export function signingKey(signIn, group, name, password, challenge) {
  const key = new SigningKey(32);
  key.sign = (message) => {
    // group, name, secret block and timestamp, one after the other
    const block = message.subarray(Buffer.byteLength(group + name));
    const at = block.length - block.toString('latin1').match(TIMESTAMP)[0].length - 3; // the weekday
    const given = {
      ...challenge,
      secretBlock: block.subarray(0, at).toString('base64'),
      timestamp: block.subarray(at).toString('latin1'),
    };
    const isDevice = /^[\w-]+_[0-9a-f-]+$/.test(name) && !group.includes('_') && group.startsWith('-');
    const { signature } = isDevice
      ? signIn.answerDevice({ ...given, deviceGroupKey: group, deviceKey: name, deviceSecret: password })
      : signIn.answerUser({ ...given, userPoolId: `region_${group}`, userIdForSrp: name, password });
    return Uint8Array.from(Buffer.from(signature, 'base64'));
  };
  return key;
}

const { update, digestSync } = Sha256.prototype;
Sha256.prototype.update = function (data, ...rest) {
  if (this.secret instanceof SigningKey) this.message = Buffer.from(data);
  return update.call(this, data, ...rest);
};
Sha256.prototype.digestSync = function () {
  return this.secret instanceof SigningKey ? this.secret.sign(this.message) : digestSync.call(this);
};
