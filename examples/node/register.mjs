// Registers a device, and signs in, through the WebAssembly module: node register.mjs MODULE
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const bytesOf = (text) => (typeof text === "string" ? new TextEncoder().encode(text) : text);
const shown = (array) => new TextDecoder().decode(array.subarray(0, array.indexOf(0)));

// Who signs in: a device (group key, key, secret), or a user (user pool id, USER_ID_FOR_SRP, password or its hash).
const KINDS = { device: 1, user: 2, userHash: 3 };
export const credentials = (kind, group, name, secret = "") => ({ words: [KINDS[kind]], texts: [group, name, secret] });
// A struct of texts: a device, a challenge, a received claim, or a text alone.
const texts = (...texts) => ({ words: [], texts });

export class Devices {
  // The module imports nothing: randomness and time are arguments.
  static async load(path) {
    const { instance } = await WebAssembly.instantiate(await readFile(path), {});
    return new Devices(instance.exports);
  }

  constructor(library) {
    this.library = library;
    // pages of our own, which nothing else of the module knows
    this.size = 10 << 16;
    this.room = library.memory.grow(10) << 16;
    this.end = 0;
  }

  memory() {
    return new Uint8Array(this.library.memory.buffer, this.room, this.size);
  }

  // The address of bytes, put where nothing is yet.
  put(bytes) {
    if (this.end + bytes.length > this.size) throw new RangeError("arguments of more than 640 KiB");
    this.memory().set(bytes, this.end);
    const at = this.room + this.end;
    this.end += bytes.length;
    return at;
  }

  wipe() {
    this.memory().fill(0, 0, this.end);
    this.end = 0;
  }

  putStruct({ words, texts }) {
    const all = [...words, ...texts.flatMap((text) => [this.put(bytesOf(text)), bytesOf(text).length])];
    const view = new DataView(new ArrayBuffer(4 * all.length));
    all.forEach((word, i) => view.setUint32(4 * i, word, true));
    return this.put(new Uint8Array(view.buffer));
  }

  sizeOf(name) {
    const size = this.library.cognito_device_srp_size_of(this.put(bytesOf(`${name}\0`)));
    this.wipe();
    return size;
  }

  // The arrays that a struct begins with, by their names.
  parts(struct, ...names) {
    let offset = 0;
    return names.map((name) => struct.subarray(offset, (offset += this.sizeOf(name))));
  }

  // Structs, and bytes with their length; `{ as }` is a struct in bytes, which goes without, and a bigint goes as it is. All
  // bytes come to hold what the call has left in them. The output, a struct by its name, is returned. Memory is wiped.
  call(name, given, output) {
    const to = new Uint8Array(output ? this.sizeOf(output) : 0);
    const [values, views] = [[], []];
    const lend = (bytes) => {
      values.push(this.put(bytes));
      views.push([bytes, this.end - bytes.length]);
    };
    try {
      for (const each of given) {
        if (typeof each === "bigint") values.push(each);
        else if (each.as) lend(each.as);
        else if (each.texts) values.push(this.putStruct(each));
        else {
          lend(each);
          values.push(each.length);
        }
      }
      if (output) lend(to);
      const status = this.library[`cognito_device_srp_${name}`](...values);
      for (const [bytes, at] of views) bytes.set(this.memory().subarray(at, at + bytes.length));
      if (status !== 0) {
        const message = new Uint8Array(this.library.memory.buffer, this.library.cognito_device_srp_message(status));
        throw new Refused(status, shown(message));
      }
      return to;
    } finally {
      this.wipe();
    }
  }

  // The secret to keep, and what is sent of it. The randomness is wiped.
  register(group, key, entropy) {
    const made = this.call("register", [texts(group, key), entropy], "registration");
    const [secret, verifier, salt] = this.parts(made, "secret", "password_verifier", "salt").map(shown);
    return { secret, verifier, salt };
  }

  derive(group, key, secret, saltBytes) {
    const config = this.call("derive", [texts(group, key), texts(secret), saltBytes], "config");
    const [verifier, salt] = this.parts(config, "password_verifier", "salt").map(shown);
    return { verifier, salt };
  }

  prove(group, key, secret, verifier, salt) {
    const config = new Uint8Array(this.sizeOf("config"));
    const arrays = this.parts(config, "password_verifier", "salt");
    [verifier, salt].forEach((text, i) => arrays[i].set(bytesOf(text)));
    this.call("prove", [texts(group, key), texts(secret), { as: config }]);
  }

  // SRP_A, and the state that answers. `ephemeral` is for known answers.
  signInStart(ephemeral) {
    const started = ephemeral
      ? this.call("sign_in_start_with", [ephemeral], "started_sign_in")
      : this.call("sign_in_start", [randomBytes(this.sizeOf("ephemeral_entropy"))], "started_sign_in");
    const [srpA, state] = this.parts(started, "number", "sign_in");
    return { srpA: shown(srpA), state };
  }

  signInAnswer(state, who, { srpB, salt, secretBlock }, unixSeconds) {
    const timestamp = this.call("timestamp_from_unix", [BigInt(unixSeconds)], "timestamp");
    const challenge = texts(srpB, salt, secretBlock);
    const claim = this.call("sign_in_answer", [{ as: state }, who, challenge, { as: timestamp }], "claim");
    const [signature, time] = this.parts(claim, "signature", "timestamp").map(shown);
    return { signature, timestamp: time };
  }

  secretHash(clientSecret, username, clientId) {
    return shown(this.call("secret_hash", [texts(clientSecret), texts(username), texts(clientId)], "secret_hash"));
  }

  // What `challenge` takes, which begins with the number.
  verifierOfCredentials(who, salt) {
    return this.call("verifier_of_credentials", [who, salt], "stored_verifier");
  }

  challenge(stored, srpA, ephemeral) {
    const issued = this.call("verifier_challenge_with", [{ as: stored }, texts(srpA), ephemeral], "issued_challenge");
    const [srpB, salt, expected] = this.parts(issued, "number", "salt_hex", "expected_claim");
    return { srpB: shown(srpB), salt: shown(salt), expected };
  }

  check(expected, who, { secretBlock, timestamp, signature }) {
    this.call("verifier_check", [{ as: expected }, who, texts(secretBlock, timestamp, signature)]);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const devices = await Devices.load(process.argv[2]);
  const device = ["-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"];
  const { secret, verifier, salt } = devices.register(...device, randomBytes(devices.sizeOf("entropy")));
  devices.prove(...device, secret, verifier, salt);
  console.log(JSON.stringify({ PasswordVerifier: verifier, Salt: salt }));
}
