// Clients of the vendor derive a key and then sign the claim with it, by SHA-256 of @aws-crypto. This package gives the
// signature alone. So what stands for the key is an object that @aws-crypto asks for the signature of a message.

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
    const isDevice = /^[\w-]+_[0-9a-f-]+$/.test(name);
    const { signature } = isDevice
      ? signIn.answerDevice({ ...given, deviceGroupKey: group, deviceKey: name, deviceSecret: password })
      : signIn.answerUser({ ...given, userPoolId: `region_${group}`, userIdForSrp: name, password });
    return Uint8Array.from(Buffer.from(signature, 'base64'));
  };
  return key;
}

/** Puts a class into a module of @aws-crypto that knows these keys. */
export function understandSigningKeys(module) {
  const { Sha256 } = module;
  module.Sha256 = class extends Sha256 {
    constructor(key) {
      super(key);
      this.key = key;
    }
    update(data, ...rest) {
      this.message = data;
      return super.update(data, ...rest);
    }
    digestSync() {
      return this.key instanceof SigningKey ? this.key.sign(Buffer.from(this.message)) : super.digestSync();
    }
  };
}
