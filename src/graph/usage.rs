//! The usage headers (graph-limits-and-errors.md §2), read leniently: a bad header never fails an answer.
//!
//! The numbers are percentages, not counts, and may pass 100. What is absent is unknown, not zero.

use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::{Map, Value};

use super::Access;
use crate::domain::{PoolKey, PoolKind};

/// What one answer said about quotas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The app's quota, in percent.
    pub app: Option<u32>,
    /// The quotas of businesses, accounts and Pages.
    pub business: Vec<BusinessUsage>,
}

/// One entry of the business header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessUsage {
    /// Whose quota: an owning business, an account or a Page.
    pub id: String,
    /// Meta's name of the quota, as `instagram` or `pages`; an open set.
    pub kind: String,
    /// The fullest of its counters, in percent.
    pub percent: Option<u32>,
    /// When calls work again; none if not blocked now.
    pub regain: Option<Duration>,
}

/// What is known of one pool after a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolUsage {
    /// The pool.
    pub key: PoolKey,
    /// How full it is, in percent.
    pub percent: Option<u32>,
    /// When calls work again; none if not blocked now.
    pub regain: Option<Duration>,
}

impl Usage {
    /// Reads an answer's headers.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            app: text("x-app-usage").and_then(app_percent),
            business: text("x-business-use-case-usage")
                .map(business)
                .unwrap_or_default(),
        }
    }

    /// The fullest quota that the answer spoke of.
    pub fn highest(&self) -> Option<u32> {
        self.business
            .iter()
            .filter_map(|entry| entry.percent)
            .chain(self.app)
            .max()
    }

    /// The longest block that the answer spoke of.
    pub fn regain(&self) -> Option<Duration> {
        self.business.iter().filter_map(|entry| entry.regain).max()
    }

    /// The same by pool, each pool once with its worst numbers. An id that is neither the account nor the
    /// Page is the business that owns the account: its quota is the account's.
    pub fn for_pools(&self, access: &Access) -> Vec<PoolUsage> {
        let mut pools = Vec::new();
        if let Some(percent) = self.app {
            merge(&mut pools, access.pool(PoolKind::App), Some(percent), None);
        }
        for entry in &self.business {
            let page = access.page_id.as_deref() == Some(entry.id.as_str());
            let kind = if page { PoolKind::Page } else { PoolKind::Account };
            merge(&mut pools, access.pool(kind), entry.percent, entry.regain);
        }
        pools
    }
}

fn merge(pools: &mut Vec<PoolUsage>, key: PoolKey, percent: Option<u32>, regain: Option<Duration>) {
    match pools.iter_mut().find(|pool| pool.key == key) {
        Some(pool) => {
            pool.percent = pool.percent.max(percent);
            pool.regain = pool.regain.max(regain);
        }
        None => pools.push(PoolUsage { key, percent, regain }),
    }
}

/// An object of counters; one public client saw a bare `17%`, too.
fn app_percent(text: &str) -> Option<u32> {
    match serde_json::from_str(text) {
        Ok(Value::Object(counters)) => fullest(&counters),
        Ok(other) => percent(&other),
        Err(_) => percent(&Value::from(text)),
    }
}

fn business(text: &str) -> Vec<BusinessUsage> {
    let owners: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let entries = |(id, value): (String, Value)| {
        let list = match value {
            Value::Array(list) => list,
            single => vec![single],
        };
        list.into_iter()
            .filter_map(move |entry| business_entry(&id, &entry))
    };
    owners.into_iter().flat_map(entries).collect()
}

fn business_entry(id: &str, entry: &Value) -> Option<BusinessUsage> {
    let entry = entry.as_object()?;
    let minutes = entry.get("estimated_time_to_regain_access").and_then(percent);
    Some(BusinessUsage {
        id: id.to_owned(),
        kind: entry
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        percent: fullest(entry),
        regain: minutes
            .filter(|minutes| *minutes > 0)
            .map(|minutes| Duration::from_mins(minutes.into())),
    })
}

/// Any of the three at 100 may throttle.
fn fullest(counters: &Map<String, Value>) -> Option<u32> {
    ["call_count", "total_time", "total_cputime"]
        .iter()
        .filter_map(|name| counters.get(*name).and_then(percent))
        .max()
}

/// A number or its text, rounded up.
fn percent(value: &Value) -> Option<u32> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().trim_end_matches('%').trim_end().parse().ok()?,
        _ => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    (0.0..1e9).contains(&number).then(|| number.ceil() as u32)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::{AccessToken, Login};

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[rstest]
    #[case(r#"{"call_count":28,"total_time":25,"total_cputime":31}"#, Some(31))]
    #[case(r#"{"call_count":"28","total_time":"12.4"}"#, Some(28))]
    #[case(r#"{"call_count":9.2}"#, Some(10))]
    #[case(r#"{"call_count":144}"#, Some(144))]
    #[case(r#"{"call_count":null,"other":5}"#, None)]
    #[case(r#"{"call_count":-3}"#, None)]
    #[case(r#"{"call_count":1e300}"#, None)]
    #[case("17%", Some(17))]
    #[case("17", Some(17))]
    #[case("nonsense", None)]
    #[case("[]", None)]
    #[case("", None)]
    fn the_app_header_is_read_or_unknown(#[case] text: &str, #[case] expected: Option<u32>) {
        assert_eq!(Usage::read(&headers(&[("x-app-usage", text)])).app, expected);
    }

    #[test]
    fn absent_is_not_zero() {
        let usage = Usage::read(&HeaderMap::new());
        assert_eq!(
            (usage.highest(), usage.regain(), usage.business.len()),
            (None, None, 0)
        );
    }

    #[rstest]
    #[case("not json")]
    #[case("[1,2]")]
    #[case(r#"{"1":5,"2":[null,"x",[]],"3":null}"#)]
    fn a_bad_business_header_says_nothing(#[case] text: &str) {
        let usage = Usage::read(&headers(&[("x-business-use-case-usage", text)]));
        assert_eq!(usage, Usage::default());
    }

    #[test]
    fn every_entry_finds_its_pool_and_the_worst_counts() {
        let text = r#"{
            "645": [{"type":"instagram","call_count":12,"total_time":40,"estimated_time_to_regain_access":0}],
            "1784": [{"type":"instagram","call_count":"95","estimated_time_to_regain_access":"7"},
                     {"type":"ads","total_cputime":3.5}],
            "31": {"type":"pages","call_count":5}
        }"#;
        let text = text.replace('\n', " ");
        let usage = Usage::read(&headers(&[
            ("x-business-use-case-usage", &text),
            ("x-app-usage", r#"{"call_count":2}"#),
        ]));
        let access = Access {
            login: Login::Facebook,
            token: AccessToken::new("EAA"),
            instagram_id: "1784".to_owned(),
            page_id: Some("31".to_owned()),
            user_id: None,
        };
        let mut pools = usage.for_pools(&access);
        pools.sort_by(|one, other| one.key.cmp(&other.key));
        let seven = Some(Duration::from_mins(7));
        assert_eq!(
            pools,
            [
                PoolUsage {
                    key: PoolKey::account("1784"),
                    percent: Some(95),
                    regain: seven
                },
                PoolUsage {
                    key: PoolKey::app(Login::Facebook),
                    percent: Some(2),
                    regain: None
                },
                PoolUsage {
                    key: PoolKey::page("31"),
                    percent: Some(5),
                    regain: None
                },
            ]
        );
        assert_eq!((usage.highest(), usage.regain()), (Some(95), seven));
    }
}
