// Registers a device, and signs in, through the WebAssembly module: node register.mjs MODULE
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [ENTROPY, SECRET, VERIFIER, SALT] = [56, 57, 517, 89];
const [SIGN_IN, SRP_A, SIGNATURE, TIMESTAMP] = [642, 769, 45, 29];

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Devices {
  // The module imports nothing: randomness and time are arguments.
  static async load(path) {
    const { instance } = await WebAssembly.instantiate(await readFile(path), {});
    return new Devices(instance.exports);
  }

  constructor(library) {
    this.library = library;
    // a page of our own, which nothing else of the module knows
    this.room = library.memory.grow(8) << 16;
    this.size = 8 << 16;
  }

  text(at) {
    const bytes = new Uint8Array(this.library.memory.buffer, at);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }

  // Texts and bytes go in, and a number is the size of a buffer; a bigint is passed as it is. What the buffers hold
  // afterwards comes out, and what the call has left in memory is wiped.
  call(name, ...given) {
    const memory = new Uint8Array(this.library.memory.buffer, this.room, this.size);
    const [values, views] = [[], []];
    let end = 0;
    for (const each of given) {
      if (typeof each === "bigint") {
        values.push(each);
        continue;
      }
      const bytes = typeof each === "number" ? new Uint8Array(each) : typeof each === "string" ? new TextEncoder().encode(each) : each;
      if (end + bytes.length > this.size) throw new RangeError("arguments of more than 512 KiB");
      memory.set(bytes, end);
      values.push(this.room + end, bytes.length);
      views.push(memory.subarray(end, end + bytes.length));
      end += bytes.length;
    }
    const status = this.library[`cognito_device_srp_${name}`](...values);
    const left = views.map((view) => view.slice());
    memory.fill(0, 0, end);
    if (status !== 0) throw new Refused(status, this.text(this.library.cognito_device_srp_message(status)));
    return left;
  }

  static texts(buffers) {
    return buffers.map((buffer) => new TextDecoder().decode(buffer.subarray(0, buffer.indexOf(0))));
  }

  fromEntropy(group, key, entropy) {
    const [secret, verifier, salt] = Devices.texts(this.call("from_entropy", group, key, entropy, SECRET, VERIFIER, SALT).slice(3));
    return { secret, verifier, salt };
  }

  derive(group, key, secret, salt) {
    const [verifier, saltText] = Devices.texts(this.call("derive", group, key, secret, salt, VERIFIER, SALT).slice(4));
    return { verifier, salt: saltText };
  }

  prove(group, key, secret, verifier, salt) {
    this.call("prove", group, key, secret, verifier, salt);
  }

  signInStart(entropy) {
    const [, state, srpA] = this.call("sign_in_start", entropy, SIGN_IN, SRP_A);
    return { state, srpA: Devices.texts([srpA])[0] };
  }

  // A sign-in is answered once: its state is wiped.
  signInAnswer(state, group, key, secret, srpB, salt, secretBlock, unixSeconds) {
    const out = this.call("sign_in_answer", state, group, key, secret, srpB, salt, secretBlock, unixSeconds, SIGNATURE, TIMESTAMP);
    state.fill(0);
    const [signature, timestamp] = Devices.texts(out.slice(7));
    return { signature, timestamp };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const devices = await Devices.load(process.argv[2]);
  const device = ["-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"];
  const { secret, verifier, salt } = devices.fromEntropy(...device, randomBytes(ENTROPY));
  devices.prove(...device, secret, verifier, salt);
  console.log(JSON.stringify({ PasswordVerifier: verifier, Salt: salt }));
}
