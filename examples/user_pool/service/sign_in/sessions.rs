//! Challenges that wait for their answers, each under the `Session` that the answer must bring.

use super::{Pending, Step};
use crate::service::failure::Failure;
use crate::service::random;
use std::collections::HashMap;

/// How long a session that is over is told from one that never was, in seconds.
const REMEMBERED: u64 = 3600;

#[derive(Default)]
pub(in crate::service) struct Sessions(HashMap<String, Entry>);

struct Entry {
    /// When the time for the answer is over.
    until: u64,
    /// None when it was answered.
    pending: Option<Pending>,
}

impl Sessions {
    /// Waits for an answer that brings the session returned.
    pub(super) fn open(&mut self, now: u64, until: u64, pending: Pending) -> Result<String, Failure> {
        let session = random::base64::<48>()?;
        self.open_as(session.clone(), now, until, pending);
        Ok(session)
    }

    /// Waits for an answer that brings this text.
    pub(super) fn open_as(&mut self, handle: String, now: u64, until: u64, pending: Pending) {
        self.0.retain(|_, entry| now < entry.until.saturating_add(REMEMBERED));
        self.0.insert(handle, Entry { until, pending: Some(pending) });
    }

    /// What waits for the answer of this user and app client, which has then been answered.
    pub(super) fn take(
        &mut self,
        handle: &str,
        now: u64,
        client_id: &str,
        username: &str,
    ) -> Result<Pending, Failure> {
        let pending = self.take_any(handle, now)?;
        if pending.progress.client_id == client_id && pending.progress.username == username {
            return Ok(pending);
        }
        self.put_back(handle, pending);
        Err(Failure::session("it is of another user or app client"))
    }

    /// The same for whoever has the session.
    pub(super) fn take_any(&mut self, handle: &str, now: u64) -> Result<Pending, Failure> {
        let entry = self.0.get_mut(handle).ok_or_else(|| Failure::session("there is no such session"))?;
        if entry.pending.is_some() && now >= entry.until {
            return Err(Failure::session_expired());
        }
        entry.pending.take().ok_or_else(Failure::session_used)
    }

    /// Waits again, after an answer that was refused.
    pub(super) fn put_back(&mut self, handle: &str, pending: Pending) {
        if let Some(entry) = self.0.get_mut(handle) {
            entry.pending = Some(pending);
        }
    }

    /// The handle of a step that waits for this user.
    pub(super) fn find(&self, username: &str, is_sought: impl Fn(&Step) -> bool) -> Option<&str> {
        let is_sought = |entry: &Entry| {
            let pending = entry.pending.as_ref();
            pending.is_some_and(|pending| pending.progress.username == username && is_sought(&pending.step))
        };
        self.0.iter().find(|(_, entry)| is_sought(entry)).map(|(handle, _)| handle.as_str())
    }
}
