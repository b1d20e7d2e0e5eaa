//! Call budgets that really fill: rolling windows per app and account, user, Page or app, with the headers
//! and the errors that Meta shows for them (graph-limits-and-errors.md §1–2).

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::errors::GraphFault;
use super::settings::Settings;
use super::world::Id;
use crate::domain::{Login, Timestamp};

/// A quota that Meta counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pool {
    /// Calls about an Instagram account: a business use case.
    Account { login: Login, account: Id, business: Id },
    /// Calls with an app token.
    App(Login),
    /// A Facebook user's own nodes.
    User(Id),
    /// A Page's own nodes.
    Page { page: Id, business: Id },
    /// A Page's conversations.
    Messenger { page: Id, business: Id },
}

impl Pool {
    const fn calls(self, settings: &Settings) -> u64 {
        match self {
            Self::Account { .. } => settings.account_calls,
            Self::App(_) => settings.app_calls,
            Self::User(_) => settings.user_calls,
            Self::Page { .. } | Self::Messenger { .. } => settings.page_calls,
        }
    }

    /// The code that it answers when it is empty.
    const fn code(self) -> i64 {
        match self {
            Self::Account { .. } => 80_002,
            Self::App(_) => 4,
            Self::User(_) => 17,
            Self::Page { .. } => 80_001,
            Self::Messenger { .. } => 80_006,
        }
    }

    /// The error of an empty pool.
    pub(crate) fn fault(self) -> GraphFault {
        GraphFault::of(self.code(), None)
    }
}

/// What a call's headers say of its pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) pool: Pool,
    pub(crate) percent: u64,
    /// Minutes; 0 is *not blocked*.
    pub(crate) regain_minutes: u64,
}

impl Usage {
    /// The header's name and value: a business use case names the business and the account, user and app
    /// pools have one object without a time to regain.
    pub(crate) fn header(&self) -> (&'static str, String) {
        let (kind, business, own) = match self.pool {
            Pool::Account {
                account, business, ..
            } => ("instagram", business, account),
            Pool::Page { page, business } => ("pages", business, page),
            Pool::Messenger { page, business } => ("messenger", business, page),
            Pool::App(_) | Pool::User(_) => return ("X-App-Usage", format!("{{{}}}", self.numbers())),
        };
        let one = format!(
            r#"[{{"type":"{kind}",{},"estimated_time_to_regain_access":{}}}]"#,
            self.numbers(),
            self.regain_minutes
        );
        (
            "X-Business-Use-Case-Usage",
            format!(r#"{{"{business}":{one},"{own}":{one}}}"#),
        )
    }

    fn numbers(&self) -> String {
        let (calls, cpu, time) = (self.percent, self.percent / 4, self.percent / 3);
        format!(r#""call_count":{calls},"total_cputime":{cpu},"total_time":{time}"#)
    }
}

/// A window is kept in this many steps.
const STEPS: u64 = 60;

/// A call while throttled puts the end of the block off by this much.
const EXTENSION: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
struct Window {
    /// Calls by step, oldest first.
    steps: VecDeque<(Timestamp, u64)>,
    used: u64,
    blocked_until: Option<Timestamp>,
}

/// All pools.
#[derive(Debug, Default)]
pub(crate) struct Budget(HashMap<Pool, Window>);

impl Budget {
    /// Counts a call; tells what its headers say, and whether it is refused.
    pub(crate) fn charge(&mut self, pool: Pool, settings: &Settings, now: Timestamp) -> (Usage, bool) {
        let length = Duration::from_mins(settings.window_minutes.max(1));
        let calls = pool.calls(settings).max(1);
        let window = self.0.entry(pool).or_default();
        window.forget(now, length);
        let refused = window.is_blocked(now);
        if refused {
            window.blocked_until = window.blocked_until.map(|until| until + EXTENSION);
        } else {
            window.count(now, length);
            if window.used >= calls {
                window.blocked_until = Some(window.free_at(calls, length).max(now + EXTENSION));
            }
        }
        let usage = Usage {
            pool,
            percent: (window.used * 100 / calls).max(u64::from(refused) * 100),
            regain_minutes: window.regain_minutes(now),
        };
        (usage, refused)
    }

    /// What an ordered throttle shows, whatever was used.
    pub(crate) const fn exhausted(pool: Pool, regain_minutes: u64) -> Usage {
        Usage {
            pool,
            percent: 100,
            regain_minutes,
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Window {
    fn forget(&mut self, now: Timestamp, length: Duration) {
        while let Some((at, calls)) = self.steps.front().copied() {
            if now < at + length {
                return;
            }
            self.used = self.used.saturating_sub(calls);
            self.steps.pop_front();
        }
    }

    fn is_blocked(&mut self, now: Timestamp) -> bool {
        self.blocked_until = self.blocked_until.filter(|until| now < *until);
        self.blocked_until.is_some()
    }

    fn count(&mut self, now: Timestamp, length: Duration) {
        let step = length / u32::try_from(STEPS).unwrap_or(1);
        self.used += 1;
        match self.steps.back_mut().filter(|(at, _)| now < *at + step) {
            Some((_, calls)) => *calls += 1,
            None => self.steps.push_back((now, 1)),
        }
    }

    /// When enough calls will have fallen out of the window for another one.
    fn free_at(&self, calls: u64, length: Duration) -> Timestamp {
        let mut left = self.used;
        for (at, step) in &self.steps {
            left = left.saturating_sub(*step);
            if left < calls {
                return *at + length;
            }
        }
        Timestamp::default()
    }

    fn regain_minutes(&self, now: Timestamp) -> u64 {
        self.blocked_until
            .map_or(0, |until| until.since(now).as_secs().div_ceil(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_fills_blocks_and_frees_itself_and_calls_while_blocked_put_the_end_off() {
        let settings = Settings {
            account_calls: 10,
            window_minutes: 60,
            ..Settings::default()
        };
        let pool = Pool::Account {
            login: Login::Facebook,
            account: Id::of(1),
            business: Id::of(2),
        };
        let start = Timestamp::from_seconds(1_000_000);
        let mut budget = Budget::default();
        for turn in 1..=10 {
            let (usage, refused) = budget.charge(pool, &settings, start);
            assert_eq!((usage.percent, refused), (turn * 10, false));
        }
        let (usage, refused) = budget.charge(pool, &settings, start);
        assert_eq!((usage.percent, usage.regain_minutes, refused), (100, 61, true));
        let (_, refused) = budget.charge(pool, &settings, start + Duration::from_hours(1));
        assert!(refused, "the block was extended");
        let (usage, refused) = budget.charge(pool, &settings, start + Duration::from_mins(62));
        assert_eq!((usage.percent, usage.regain_minutes, refused), (10, 0, false));
    }

    #[test]
    fn a_business_use_case_names_the_business_and_the_account() {
        let usage = Usage {
            pool: Pool::Account {
                login: Login::Instagram,
                account: Id::of(17),
                business: Id::of(64),
            },
            percent: 12,
            regain_minutes: 0,
        };
        let (name, value) = usage.header();
        assert_eq!(name, "X-Business-Use-Case-Usage");
        let read: serde_json::Value = serde_json::from_str(&value).unwrap();
        assert_eq!(read["64"][0]["call_count"], 12);
        assert_eq!(read["17"][0]["type"], "instagram");
    }
}
