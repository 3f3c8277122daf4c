//! The C ABI with arguments of any length, null, endless, unterminated and overlapping: what is refused is what a plain
//! reading of the rules refuses, a refusal leaves zeros in the output and the rest as it was, and what comes out of one
//! function goes into the next.
#![no_main]

use cognito_device_srp::Error;
use cognito_device_srp::capi::*;
use libfuzzer_sys::{arbitrary, fuzz_target};
use std::ffi::c_char;
use std::mem::size_of;
use std::ptr::null;

#[derive(arbitrary::Arbitrary, Clone, Copy, Debug)]
enum Place<'a> {
    Right,
    Null,
    /// The right text with a length that no buffer has.
    Endless(u8),
    /// A buffer of its own with these bytes.
    Own(&'a [u8]),
    /// These bytes and a NUL, with the length that says so.
    Terminated(&'a [u8]),
    /// Within the output.
    InOutput(u16),
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Function {
    Register,
    RegisterSecret,
    Derive,
    Start,
    Answer,
    SecretHash,
    HttpDate,
    Parse,
    OfCredentials,
    Challenge,
    Check,
}

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    function: Function,
    texts: [Place<'a>; 6],
    kind: u8,
    used: &'a [u8],
    right_length: bool,
    seconds: i64,
}

/// Texts of a call, in memory that ends where they do, and an output that has been written with something.
struct Call<'a> {
    places: [Place<'a>; 6],
    count: usize,
    memory: Vec<Vec<u8>>,
    output: Vec<u8>,
    refused: Option<Status>,
}

impl<'a> Call<'a> {
    fn new(places: [Place<'a>; 6], output: usize) -> Self {
        Self { places, count: 0, memory: vec![], output: vec![0xaa; output], refused: None }
    }

    fn keep(&mut self, bytes: Vec<u8>) -> *const c_char {
        self.memory.push(bytes.into_boxed_slice().into_vec());
        self.memory.last().unwrap().as_ptr().cast()
    }

    /// Null is said before a length, and a length before an overlap.
    fn refuse(&mut self, status: Status) {
        let rank = |status| match status {
            Status::ArgumentNull => 0,
            Status::Error(Error::ArgumentLength) => 1,
            _ => 2,
        };
        if self.refused.is_none_or(|other| rank(status) < rank(other)) {
            self.refused = Some(status);
        }
    }

    fn text(&mut self, right: &str) -> Text {
        let place = self.places[self.count];
        self.count += 1;
        match place {
            Place::Right => Text { at: self.keep(right.into()), len: right.len() },
            Place::Null => {
                self.refuse(Status::ArgumentNull);
                Text { at: null(), len: right.len() }
            }
            Place::Endless(less) => {
                self.refuse(Status::Error(Error::ArgumentLength));
                Text { at: self.keep(right.into()), len: usize::MAX - 1 - usize::from(less) }
            }
            Place::Own(bytes) => Text { at: self.keep(bytes.into()), len: bytes.len() },
            Place::Terminated(bytes) => Text { at: self.keep([bytes, &[0]].concat()), len: usize::MAX },
            Place::InOutput(at) => {
                let at = usize::from(at) % self.output.len();
                self.refuse(Status::ArgumentsOverlap);
                Text { at: self.output[at..].as_ptr().cast(), len: 1 }
            }
        }
    }

    /// Whether the call was answered with 0; if not, that what must be is as it must.
    fn check(&self, status: i32) -> bool {
        assert!(status == 0 || Status::from_code(status).is_some());
        match self.refused {
            Some(Status::ArgumentsOverlap) => assert_ne!(status, 0),
            Some(refused) => {
                assert!(status != 0 && (status == refused.code() || is_too_long(status)), "{status}")
            }
            None => {
                assert!(![Status::ArgumentNull, Status::ArgumentsOverlap].map(Status::code).contains(&status))
            }
        }
        let overlaps = self.places[..self.count].iter().any(|place| matches!(place, Place::InOutput(_)));
        if status != 0 {
            // an output that a text lies in is left with it
            let left = if overlaps { 0xaa } else { 0 };
            assert!(self.output.iter().all(|&byte| byte == left), "{status}");
        }
        status == 0
    }

    fn to<T>(&mut self) -> *mut T {
        assert_eq!(self.output.len(), size_of::<T>());
        self.output.as_mut_ptr().cast()
    }
}

fn is_too_long(status: i32) -> bool {
    [Error::DeviceKeyMalformed, Error::DeviceGroupKeyTooLong].map(Error::code).contains(&status)
}

const GROUP: &str = "-NXiVKS5p";
const KEY: &str = "eu-west-1_0";

fuzz_target!(|input: Input<'_>| {
    let Input { function, texts, kind, used, right_length, seconds } = input;
    let mut entropy = used.to_vec();
    if right_length {
        entropy.resize(
            match function {
                Function::Register => 56,
                Function::RegisterSecret => 16,
                _ => 32,
            },
            7,
        );
    }
    let before = entropy.clone();
    let (drawn, drawn_len) = (entropy.as_mut_ptr(), entropy.len());
    let user = usize::from(kind % 5);
    // SAFETY: null, endless, or good for its length
    unsafe {
        match function {
            Function::Register => {
                let mut call = Call::new(texts, size_of::<Registration>());
                let device = Device { device_group_key: call.text(GROUP), device_key: call.text(KEY) };
                let to: *mut Registration = call.to();
                if call.check(cognito_device_srp_register(&device, drawn, drawn_len, to)) {
                    let secret = Text { at: (*to).secret.as_ptr(), len: usize::MAX };
                    assert_eq!(cognito_device_srp_prove(&device, &secret, &(*to).config), 0);
                    assert!(entropy.iter().all(|&byte| byte == 0));
                } else {
                    assert_eq!(entropy, before);
                }
            }
            Function::RegisterSecret => {
                let mut call = Call::new(texts, size_of::<Config>());
                let device = Device { device_group_key: call.text(GROUP), device_key: call.text(KEY) };
                let (secret, to) = (call.text("a secret"), call.to());
                if call.check(cognito_device_srp_register_secret(&device, &secret, drawn, drawn_len, to)) {
                    assert_eq!(cognito_device_srp_prove(&device, &secret, to), 0);
                } else {
                    assert_eq!(entropy, before);
                }
            }
            Function::Derive => {
                let mut call = Call::new(texts, size_of::<Config>());
                let device = Device { device_group_key: call.text(GROUP), device_key: call.text(KEY) };
                let (secret, to) = (call.text("a secret"), call.to());
                if call.check(cognito_device_srp_derive(&device, &secret, drawn, drawn_len, to)) {
                    assert_eq!(cognito_device_srp_prove(&device, &secret, to), 0);
                }
                assert_eq!(entropy, before);
            }
            Function::Start => {
                let mut call = Call::new(texts, size_of::<StartedSignIn>());
                let to = call.to();
                let status = cognito_device_srp_sign_in_start(drawn, drawn_len, to);
                if !call.check(status) {
                    assert_eq!(entropy, before);
                }
                assert_eq!(status == 0, before.len() == 32 && before.iter().any(|&byte| byte != 0));
            }
            Function::Answer => {
                let mut call = Call::new(texts, size_of::<Claim>());
                let credentials = credentials(&mut call, user);
                let challenge = Challenge {
                    srp_b: call.text("8d0b1f5a7c3e9266"),
                    salt: call.text("07"),
                    secret_block: call.text("AAAA"),
                };
                let mut started: StartedSignIn = std::mem::zeroed();
                assert_eq!(cognito_device_srp_sign_in_start_with([9u8; 32].as_ptr(), 32, &mut started), 0);
                let state = started.sign_in.state;
                let mut time: Timestamp = std::mem::zeroed();
                cognito_device_srp_timestamp_from_unix(seconds, &mut time);
                let to = call.to();
                let sign_in = &mut started.sign_in;
                let answered =
                    cognito_device_srp_sign_in_answer(sign_in, &credentials, &challenge, &time, to);
                assert!(started.sign_in.state == if call.check(answered) { [0; 770] } else { state });
            }
            Function::SecretHash => {
                let mut call = Call::new(texts, size_of::<SecretHash>());
                let (secret, name, id) = (call.text("secret"), call.text("alice"), call.text("id"));
                let to = call.to();
                call.check(cognito_device_srp_secret_hash(&secret, &name, &id, to));
            }
            Function::HttpDate => {
                let mut call = Call::new(texts, size_of::<Timestamp>());
                let (date, to) = (call.text("Sun, 06 Nov 1994 08:49:37 GMT"), call.to());
                call.check(cognito_device_srp_timestamp_from_http_date(&date, to));
            }
            Function::Parse => {
                let mut call = Call::new(texts, size_of::<Timestamp>());
                let (date, to) = (call.text("Sun Nov 6 08:49:37 UTC 1994"), call.to());
                call.check(cognito_device_srp_timestamp_parse(&date, to));
            }
            Function::OfCredentials => {
                let mut call = Call::new(texts, size_of::<StoredVerifier>());
                let credentials = credentials(&mut call, user);
                let to = call.to();
                call.check(cognito_device_srp_verifier_of_credentials(&credentials, drawn, drawn_len, to));
                assert_eq!(entropy, before);
            }
            Function::Challenge => {
                let mut call = Call::new(texts, size_of::<IssuedChallenge>());
                let mut stored = StoredVerifier { verifier: [7; 384], salt: [7; 64] };
                stored.verifier[0] = kind;
                let (srp_a, to) = (call.text("8d0b1f5a7c3e9266"), call.to());
                if !call.check(cognito_device_srp_verifier_challenge(&stored, &srp_a, drawn, drawn_len, to)) {
                    assert_eq!(entropy, before);
                }
            }
            Function::Check => {
                let mut call = Call::new(texts, 1);
                let mut expected = ExpectedClaim { state: [7; 416] };
                let credentials =
                    Credentials { secret: Text { at: null(), len: 0 }, ..credentials_of(&mut call, user) };
                let claim = ReceivedClaim {
                    secret_block: call.text("AAAA"),
                    timestamp: call.text("Sun Nov 6 08:49:37 UTC 1994"),
                    signature: call.text(""),
                };
                let status = cognito_device_srp_verifier_check(&mut expected, &credentials, &claim);
                assert_ne!(status, 0);
                let was_checked = status == Error::SignatureMismatch.code();
                assert!(expected.state == if was_checked { [0; 416] } else { [7; 416] });
            }
        }
    }
});

/// Group and name.
fn credentials_of(call: &mut Call<'_>, kind: usize) -> Credentials {
    let device = kind == COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE;
    let (group, name) = if device { (GROUP, KEY) } else { ("eu-west-1_AbCdEfGhI", "alice") };
    Credentials { kind, group: call.text(group), name: call.text(name), secret: Text { at: null(), len: 0 } }
}

fn credentials(call: &mut Call<'_>, kind: usize) -> Credentials {
    let of_nobody = credentials_of(call, kind);
    Credentials { secret: call.text("0123456789abcdef0123456789abcdef"), ..of_nobody }
}
