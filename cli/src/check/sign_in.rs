//! Known answers of a sign-in of a device or a user: every recorded number, message and map of client and verifier.

use super::{Case, Cases, Difference, File, bytes, check_power, hex, outcome, same, unhex};
use crate::json::{JsonObject, present};
use cognito_device_srp::__internals::{self as internals, Exchange};
use cognito_device_srp::service::{AuthContext, Parameters};
use cognito_device_srp::verifier::{Claim, IssuedChallenge, StoredVerifier};
use cognito_device_srp::{
    Challenge, Credentials, Ephemeral, Error, PasswordClaim, Salt, SecretHash, SignIn, Timestamp,
};
use serde::de::{self, Error as _};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// Who signs in: the fields that only one kind of case has, and the calls of the API for them.
pub(super) trait Who: for<'de> Deserialize<'de> + 'static {
    /// The names of the two published maps: of the request that begins a sign-in, and of the one that answers.
    const REQUESTS: [&'static str; 2];

    /// An example, to try hostile values with.
    fn anybody() -> Self;
    /// The two texts that are hashed, not checked yet.
    fn identity(&self) -> (&str, &str);
    /// The entry of `challenge_parameters` that only this kind has.
    fn parameter(&self) -> (&'static str, &str);
    /// `USERNAME` of the request that begins, if that of the challenge is `username`.
    fn login<'a>(&'a self, username: &'a str) -> &'a str;
    /// The maps of the file with the names [`REQUESTS`](Self::REQUESTS).
    fn requests(&self) -> [&Map; 2];
    /// Calls `work` with the credentials.
    fn with_credentials<T>(
        &self,
        password: &str,
        work: impl FnOnce(&Credentials<'_>) -> Result<T, Error>,
    ) -> Result<T, Error>;
    fn verifier(&self, password: &str, salt: &Salt) -> Result<StoredVerifier, Error>;
    fn begin(&self, context: &AuthContext<'_>, sign_in: &SignIn) -> Result<Parameters, Error>;
    fn respond(
        &self,
        context: &AuthContext<'_>,
        secret_block: &str,
        claim: &PasswordClaim,
    ) -> Result<Parameters, Error>;
}

pub(super) type Map = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(bound = "W: Who")]
struct SignInCase<W> {
    #[serde(flatten)]
    who: W,
    name: String,
    username: String,
    password: String,
    client_id: String,
    #[serde(deserialize_with = "Option::deserialize")]
    client_secret: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    secret_hash: Option<String>,
    #[serde(rename = "salt_raw_hex", deserialize_with = "bytes")]
    salt: Vec<u8>,
    salt_hashed_hex: String,
    #[serde(rename = "a_hex", deserialize_with = "digits")]
    a: Vec<u8>,
    #[serde(rename = "b_hex", deserialize_with = "digits")]
    b: Vec<u8>,
    #[serde(rename = "A_hex")]
    public_a_hex: String,
    #[serde(rename = "B_hex")]
    public_b_hex: String,
    identity_hash_hex: String,
    x_hex: String,
    verifier_hex: String,
    u_hex: String,
    #[serde(rename = "S_hex")]
    shared_hex: String,
    #[serde(rename = "S_hashed_hex")]
    shared_hashed_hex: String,
    hkdf_key_hex: String,
    secret_block: String,
    epoch: u64,
    timestamp: String,
    challenge_parameters: Map,
    signature: String,
    /// Both requests of a client that has a secret.
    #[serde(default, deserialize_with = "present")]
    responses_with_secret_hash: Option<[Map; 2]>,
    /// Why the public API must reject this input.
    #[serde(default, deserialize_with = "present")]
    refused: Option<String>,
}

/// Reads a file of sign-ins of `W`.
pub(super) fn read<W: Who>(text: &str) -> serde_json::Result<Cases> {
    #[derive(Deserialize)]
    struct Rows {
        #[serde(default)]
        invalid_server_values: Vec<JsonObject<InvalidB>>,
    }
    let JsonObject(file): JsonObject<File<SignInCase<W>>> = serde_json::from_str(text)?;
    let lacks =
        |case: &SignInCase<W>| case.client_secret.is_some() && case.responses_with_secret_hash.is_none();
    if file.cases.iter().any(|JsonObject(case)| lacks(case)) {
        return Err(serde_json::Error::missing_field("responses_with_secret_hash"));
    }
    let JsonObject(rows): JsonObject<Rows> = serde_json::from_str(text)?;
    let hostile = |JsonObject(row)| Box::new(Hostile { who: W::anybody(), row }) as Box<dyn Case>;
    let mut cases = file.into_cases();
    cases.extend(rows.invalid_server_values.into_iter().map(hostile));
    Ok(cases)
}

impl<W: Who> Case for SignInCase<W> {
    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), Difference> {
        let salt = match Salt::from_bytes(&self.salt) {
            Ok(salt) => salt,
            Err(error) => return outcome::<()>(Err(error), &self.refused).map(drop),
        };
        same("salt_hashed_hex", &self.salt_hashed_hex, &hex(salt.as_signed_bytes()))?;
        let (group, name) = self.who.identity();
        let identity_hash = internals::identity_hash(group, name, &self.password);
        same("identity_hash_hex", &self.identity_hash_hex, &hex(&identity_hash))?;
        let x = internals::private_key(&salt, &identity_hash);
        same("x_hex", &self.x_hex, &hex(&x))?;
        for backend in internals::backends() {
            internals::on(backend, || self.check_on(&x, &salt)).map_err(|what| what.with(backend))?;
        }
        self.check_public(&salt)
    }
}

impl<W: Who> SignInCase<W> {
    fn client(&self) -> Result<Ephemeral, Error> {
        Ephemeral::from_bytes(&self.a)
    }

    fn signed_at(&self) -> Result<Timestamp, Error> {
        Timestamp::from_unix(i64::try_from(self.epoch).map_err(|_| Error::TimestampOutOfRange)?)
    }

    fn verifier(&self) -> Result<Ephemeral, Error> {
        Ephemeral::from_bytes(&self.b)
    }

    /// Checks the numbers of both sides on one backend, and their messages.
    fn check_on(&self, x: &[u8; 32], salt: &Salt) -> Result<(), Difference> {
        check_power(x, &self.verifier_hex)?;
        let sign_in = SignIn::start(self.client()?);
        same("A_hex", self.public_a_hex.as_str(), sign_in.srp_a())?;
        let power = internals::pow_g(x);
        let issued = StoredVerifier::for_device(&internals::config_of(&power, salt))
            .and_then(|stored| stored.challenge(&self.public_a_hex, self.verifier()?))
            .map_err(|error| Difference::from("B_hex").with(error))?;
        same("B_hex", self.public_b_hex.as_str(), issued.srp_b())?;

        let (public_a, public_b) = (number(&self.public_a_hex)?, number(&self.public_b_hex)?);
        for side in [
            internals::client_exchange(self.client()?, &public_b, x),
            internals::verifier_exchange(&self.verifier()?, &public_a, &power),
        ] {
            self.check_exchange(&side.map_err(|error| Difference::from("S_hex").with(error))?)?;
        }

        let timestamp = self.signed_at()?;
        let challenge =
            Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block: &self.secret_block };
        match self.who.with_credentials(&self.password, |who| sign_in.answer(who, &challenge, &timestamp)) {
            Ok(claim) => self.check_claim(&claim, issued),
            Err(_) => Ok(()), // whether rightly is for `check_public` to say
        }
    }

    fn check_exchange(&self, side: &Exchange) -> Result<(), Difference> {
        same("u_hex", &self.u_hex, &hex(&side.u))?;
        same("S_hex", &self.shared_hex, &hex(&side.shared))?;
        same("S_hashed_hex", &self.shared_hashed_hex, &internals::with_signed(&side.shared, hex))?;
        same("hkdf_key_hex", &self.hkdf_key_hex, &hex(&side.key))
    }

    fn check_claim(&self, claim: &PasswordClaim, issued: IssuedChallenge) -> Result<(), Difference> {
        same("timestamp", self.timestamp.as_str(), claim.timestamp())?;
        same("signature", self.signature.as_str(), claim.signature())?;
        self.check_by_verifier(issued, &self.timestamp)
            .map_err(|error| Difference::from("signature").with(error))
    }

    /// The verifier's result for the published signature, at a given time.
    fn check_by_verifier(&self, issued: IssuedChallenge, timestamp: &str) -> Result<(), Error> {
        let claim = Claim { secret_block: &self.secret_block, timestamp, signature: &self.signature };
        self.who.with_credentials(&self.password, |who| issued.check(who, &claim))
    }

    /// Checks the public API only.
    fn check_public(&self, salt: &Salt) -> Result<(), Difference> {
        let Some(stored) = outcome(self.who.verifier(&self.password, salt), &self.refused)? else {
            return Ok(());
        };
        let issued = stored.challenge(&self.public_a_hex, self.verifier()?)?;
        let (key, value) = self.who.parameter();
        let parameters = [
            ("SALT", issued.salt()),
            ("SECRET_BLOCK", &self.secret_block),
            ("SRP_B", issued.srp_b()),
            ("USERNAME", &self.username),
            (key, value),
        ];
        same_map("challenge_parameters", &self.challenge_parameters, parameters.into_iter())?;

        let secret = self.client_secret.as_deref();
        let secret_hash = secret.map(|secret| SecretHash::new(secret, &self.username, &self.client_id));
        same("secret_hash", &self.secret_hash.as_deref(), &secret_hash.as_ref().map(SecretHash::as_str))?;
        self.check_requests(&issued)?;

        // a claim that was signed at another time
        match self.check_by_verifier(issued, "") {
            Err(Error::SignatureMismatch) => Ok(()),
            _ => Err("signature, of another claim".into()),
        }
    }

    /// Checks both requests, of a client without a secret and of one with a secret.
    fn check_requests(&self, issued: &IssuedChallenge) -> Result<(), Difference> {
        let sign_in = SignIn::start(self.client()?);
        let context = |with_secret: bool, username| {
            let context = AuthContext::new(&self.client_id, username)?;
            let secret = self.client_secret.as_deref().filter(|_| with_secret);
            Ok::<_, Error>(secret.map_or(context, |secret| context.with_client_secret(secret)))
        };
        let begin = |secret| self.who.begin(&context(secret, self.who.login(&self.username))?, &sign_in);
        let has_secret = self.client_secret.is_some();
        let begun = (begin(false)?, has_secret.then(|| begin(true)).transpose()?);

        let challenge =
            Challenge { srp_b: issued.srp_b(), salt: issued.salt(), secret_block: &self.secret_block };
        let timestamp = self.signed_at()?;
        let claim =
            self.who.with_credentials(&self.password, |who| sign_in.answer(who, &challenge, &timestamp))?;
        let respond =
            |secret| self.who.respond(&context(secret, &self.username)?, &self.secret_block, &claim);

        let [published_begin, published_respond] = self.who.requests();
        same_map(W::REQUESTS[0], published_begin, begun.0.iter())?;
        same_map(W::REQUESTS[1], published_respond, respond(false)?.iter())?;
        match (&self.responses_with_secret_hash, begun.1) {
            (Some([published_begin, published_respond]), Some(begun)) => {
                same_map("responses_with_secret_hash[0]", published_begin, begun.iter())?;
                same_map("responses_with_secret_hash[1]", published_respond, respond(true)?.iter())
            }
            (None, None) => Ok(()),
            _ => Err("responses_with_secret_hash".into()),
        }
    }
}

/// A value that a service must not send.
#[derive(Deserialize)]
struct InvalidB {
    #[serde(rename = "B_hex")]
    public_b_hex: String,
    why: String,
}

struct Hostile<W> {
    who: W,
    row: InvalidB,
}

impl<W: Who> Case for Hostile<W> {
    fn name(&self) -> &str {
        &self.row.why
    }

    fn check(&self) -> Result<(), Difference> {
        let challenge = Challenge { srp_b: &self.row.public_b_hex, salt: "1", secret_block: "AAAA" };
        for backend in internals::backends() {
            let (a, timestamp) = (Ephemeral::from_bytes(&[1; 32])?, Timestamp::from_unix(0)?);
            let answer = || {
                let sign_in = SignIn::start(a);
                self.who.with_credentials("secret", |who| sign_in.answer(who, &challenge, &timestamp))
            };
            match internals::on(backend, answer) {
                Err(Error::SrpBMalformed | Error::SrpBOutOfRange | Error::ScramblerZero) => {}
                Err(error) => return Err(Difference::from("B_hex").with(error)),
                Ok(_) => return Err("B_hex (taken)".into()),
            }
        }
        Ok(())
    }
}

/// Compares a published map with ours. The error is the name of the map, and of the first key that differs.
fn same_map<'a>(
    field: &str,
    published: &Map,
    ours: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), Difference> {
    let ours: BTreeMap<_, _> = ours.collect();
    let keys = published.keys().map(String::as_str).chain(ours.keys().copied());
    for key in keys {
        same(&format!("{field}.{key}"), &published.get(key).map(String::as_str), &ours.get(key).copied())?;
    }
    Ok(())
}

/// The bytes of a number in hex, with an odd or even number of digits.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    even(&text).ok_or_else(|| de::Error::custom("not a number in hex"))
}

fn even(text: &str) -> Option<Vec<u8>> {
    if text.len().is_multiple_of(2) { unhex(text) } else { unhex(&format!("0{text}")) }
}

/// The number in as many bytes as a residue has.
fn number(text: &str) -> Result<[u8; 384], Difference> {
    let bytes = even(text).filter(|bytes| bytes.len() <= 384).ok_or("not a number in hex")?;
    let mut number = [0; 384];
    number[384 - bytes.len()..].copy_from_slice(&bytes);
    Ok(number)
}
