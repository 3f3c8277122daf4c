//! The device's secret: `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`.

use super::{Progress, Step};
use crate::service::Answer;
use crate::service::directory::Directory;
use crate::service::failure::Failure;
use crate::service::parameters::Parameters;
use crate::service::random;
use crate::service::srp::{self, Exchange};
use crate::service::tokens::Grant;
use serde_json::json;

/// The device key of an answer, which is the one that the challenge is for.
fn same_device<'a>(asked: &str, responses: &'a Parameters) -> Result<&'a str, Failure> {
    let given = responses.required("DEVICE_KEY")?;
    if given == asked {
        Ok(given)
    } else {
        Err(Failure::incorrect("DEVICE_KEY is not the one that the challenge is for"))
    }
}

impl Directory {
    pub(super) fn device_srp_auth(
        &mut self,
        progress: &Progress,
        asked: &str,
        responses: &Parameters,
    ) -> Answer {
        let exchange = Exchange::new(responses.required("SRP_A")?)?;
        self.check_device(progress, responses)?;
        let device_key = same_device(asked, responses)?;
        let user = self.user_of(&progress.client_id, &progress.username)?;
        let device = user.devices.get(device_key).ok_or_else(Failure::no_device)?;
        let (srp_b, salt) = exchange.offer(&device.verifier)?;
        let secret_block = random::base64::<48>()?;
        let parameters = json!({
            "USERNAME": progress.username,
            "DEVICE_KEY": device_key,
            "SRP_B": srp_b,
            "SALT": salt,
            "SECRET_BLOCK": secret_block,
        });
        let step = Step::DevicePassword { device_key: device_key.to_owned(), secret_block, exchange };
        self.ask(progress.clone(), step, parameters)
    }

    pub(super) fn device_password_verifier(
        &mut self,
        progress: &Progress,
        asked: &str,
        secret_block: &str,
        exchange: &Exchange,
        responses: &Parameters,
    ) -> Answer {
        let claim = responses.claim()?;
        self.check_device(progress, responses)?;
        let device_key = same_device(asked, responses)?;
        let (_, pool) = self.client(&progress.client_id)?;
        let user = pool.user(&progress.username).ok_or_else(Failure::no_user)?;
        let device = user.devices.get(device_key).ok_or_else(Failure::no_device)?;
        let claimant = srp::device(&pool.device_group_key, device_key)?;
        let is_proved = exchange.is_proved(&device.verifier, claimant, &claim)?;
        self.conclude(is_proved, secret_block, &claim)?;
        self.grant(&progress.client_id, &progress.username, Grant::Device(device_key))
    }
}
