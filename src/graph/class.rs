//! Which class an error belongs to: the first row of the table that holds.

use super::table::ROWS;
use crate::domain::Class;

/// What an answer shows of its error.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs<'a> {
    /// The HTTP status; none if there was no answer.
    pub(super) status: Option<u16>,
    /// The body is no JSON: a proxy spoke, or nobody.
    pub(super) not_json: bool,
    /// Meta's code.
    pub(super) code: Option<i64>,
    /// Meta's subcode.
    pub(super) subcode: Option<i64>,
    /// Meta's name of the error.
    pub(super) kind: Option<&'a str>,
    /// Meta says that it passes; the opposite is not to be believed (§4).
    pub(super) transient: bool,
    /// Meta's words.
    pub(super) message: &'a str,
}

/// By what an error is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    /// This code with this subcode.
    Pair(i64, i64),
    /// This subcode, whatever the code.
    Subcode(i64),
    /// This code with these words, in either case.
    Text(i64, &'static str),
    /// Meta says that it passes.
    Transient,
    /// This code.
    Code(i64),
    /// A code from here to there.
    Codes(i64, i64),
    /// This HTTP status.
    Status(u16),
    /// This name without any code.
    Bare(&'static str),
    /// Any 5xx status.
    ServerError,
    /// An answer that is no JSON.
    NotJson,
    /// No answer at all.
    NoAnswer,
    /// Whatever the other rows leave.
    Otherwise,
}

impl When {
    fn holds(self, signs: &Signs<'_>) -> bool {
        match self {
            Self::Pair(code, subcode) => (signs.code, signs.subcode) == (Some(code), Some(subcode)),
            Self::Subcode(subcode) => signs.subcode == Some(subcode),
            Self::Text(code, words) => {
                signs.code == Some(code) && signs.message.to_ascii_lowercase().contains(words)
            }
            Self::Transient => signs.transient,
            Self::Code(code) => signs.code == Some(code),
            Self::Codes(from, to) => signs.code.is_some_and(|code| (from..=to).contains(&code)),
            Self::Status(status) => signs.status == Some(status),
            Self::Bare(kind) => signs.code.is_none() && signs.kind == Some(kind),
            Self::ServerError => signs.status.is_some_and(|status| (500..600).contains(&status)),
            Self::NotJson => signs.not_json,
            Self::NoAnswer => signs.status.is_none(),
            Self::Otherwise => true,
        }
    }
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Row {
    /// By what it is known.
    pub(super) when: When,
    /// What it asks for.
    pub(super) class: Class,
    /// What it means, for the person who reads it.
    pub(super) meaning: &'static str,
    /// Where that is written: a section of graph-limits-and-errors.md unless it names a page.
    pub(super) source: &'static str,
    /// What to do, where a person can do something about it.
    pub(super) fix: Option<&'static str>,
}

/// Finds the row of an error.
pub(super) fn classify(signs: &Signs<'_>) -> &'static Row {
    ROWS.iter()
        .find(|row| row.when.holds(signs))
        .expect("the last row always holds")
}

/// What to do about an error that a container tells in words, by the subcode in them.
pub fn fix_of(subcode: i64) -> Option<&'static str> {
    ROWS.iter()
        .find(|row| matches!(row.when, When::Subcode(known) if known == subcode))
        .and_then(|row| row.fix)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::PoolKind::{Account, App, Page, Publishing, User};

    /// Of insights, not of publishing.
    const METRIC: i64 = 2_207_086;

    fn error(code: i64, subcode: impl Into<Option<i64>>) -> Signs<'static> {
        Signs {
            status: Some(400),
            code: Some(code),
            subcode: subcode.into(),
            ..Signs::default()
        }
    }

    /// The barest signs under which a row holds.
    fn example(when: When) -> Signs<'static> {
        let answered = Signs {
            status: Some(400),
            ..Signs::default()
        };
        match when {
            When::Pair(code, subcode) => error(code, subcode),
            When::Subcode(subcode) => Signs {
                subcode: Some(subcode),
                ..answered
            },
            When::Text(code, words) => Signs {
                message: words,
                ..error(code, None)
            },
            When::Transient => Signs {
                transient: true,
                ..answered
            },
            When::Code(code) | When::Codes(_, code) => error(code, None),
            When::Status(status) => Signs {
                status: Some(status),
                ..answered
            },
            When::Bare(kind) => Signs {
                kind: Some(kind),
                ..answered
            },
            When::ServerError => Signs {
                status: Some(502),
                ..answered
            },
            When::NotJson => Signs {
                not_json: true,
                ..answered
            },
            When::NoAnswer => Signs::default(),
            When::Otherwise => answered,
        }
    }

    #[test]
    fn every_row_is_reached_and_names_its_source() {
        for row in ROWS {
            let found = classify(&example(row.when));
            assert!(
                std::ptr::eq(found, row),
                "{:?} is hidden by {:?}",
                row.when,
                found.when
            );
            assert!(
                row.source.contains('§') && !row.meaning.is_empty(),
                "{:?}",
                row.when
            );
        }
    }

    /// The table of publishing errors: each has a sentence and a fix.
    #[test]
    fn every_error_of_publishing_has_a_fix() {
        let publishing = ROWS
            .iter()
            .filter(|row| matches!(row.when, When::Subcode(code) if code / 1_000 == 2_207 && code != METRIC));
        let mut count = 0;
        for row in publishing {
            let fix = row.fix.unwrap_or_default();
            assert!(
                fix.ends_with('.') && fix.starts_with(char::is_uppercase),
                "{:?}",
                row.when
            );
            count += 1;
        }
        assert!(count >= 30, "{count}");
        assert_eq!(fix_of(2_207_005), Some("Give a JPEG."));
        assert_eq!(fix_of(1), None);
    }

    #[test]
    fn rows_stand_in_the_order_of_precedence() {
        let rank = |when| match when {
            When::Pair(..) => 0,
            When::Subcode(_) => 1,
            When::Text(..) => 2,
            When::Transient => 3,
            When::Code(_) | When::Codes(..) | When::Status(_) => 4,
            When::Bare(_) => 5,
            When::ServerError | When::NotJson | When::NoAnswer => 6,
            When::Otherwise => 7,
        };
        assert!(ROWS.is_sorted_by_key(|row| rank(row.when)));
    }

    #[rstest]
    #[case(4, 2_207_051, Class::Blocked)]
    #[case(1, 2_207_057, Class::Bad)]
    #[case(9, 2_207_042, Class::Wait(Publishing))]
    #[case(190, 458, Class::Reauth)]
    #[case(190, 459, Class::User)]
    #[case(190, 464, Class::User)]
    #[case(102, 464, Class::User)]
    #[case(190, 492, Class::Perm)]
    #[case(100, 33, Class::GoneSuspected)]
    #[case(80_002, 2_446_079, Class::Wait(Account))]
    #[case(613, 1_996, Class::Wait(Account))]
    #[case(9_004, 2_207_052, Class::Retry)]
    #[case(25, 2_207_050, Class::User)]
    fn a_subcode_is_heard_before_its_code(#[case] code: i64, #[case] subcode: i64, #[case] class: Class) {
        assert_eq!(classify(&error(code, subcode)).class, class);
    }

    #[rstest]
    #[case(1, Class::Retry)]
    #[case(-1, Class::Retry)]
    #[case(4, Class::Wait(App))]
    #[case(17, Class::Wait(User))]
    #[case(32, Class::Wait(Page))]
    #[case(341, Class::Wait(App))]
    #[case(368, Class::Blocked)]
    #[case(613, Class::Wait(Account))]
    #[case(80_001, Class::Wait(Page))]
    #[case(80_002, Class::Wait(Account))]
    #[case(80_007, Class::Wait(Account))]
    #[case(102, Class::Reauth)]
    #[case(190, Class::Reauth)]
    #[case(10, Class::Perm)]
    #[case(200, Class::Perm)]
    #[case(299, Class::Perm)]
    #[case(300, Class::Unknown)]
    #[case(100, Class::Bad)]
    #[case(123_456, Class::Unknown)]
    fn a_code_alone_has_its_class(#[case] code: i64, #[case] class: Class) {
        assert_eq!(classify(&error(code, None)).class, class);
    }

    #[test]
    fn too_few_viewers_is_no_fault_of_permissions() {
        let message = "(#10) Not enough viewers for the media to show insights";
        assert_eq!(
            classify(&Signs {
                message,
                ..error(10, None)
            })
            .class,
            Class::NoData
        );
    }

    #[test]
    fn a_missing_object_is_known_by_its_words_too() {
        let message = "Unsupported get request. Object with ID '2' does not exist, cannot be loaded due to …";
        assert_eq!(
            classify(&Signs {
                message,
                ..error(100, None)
            })
            .class,
            Class::GoneSuspected
        );
    }

    #[test]
    fn transient_beats_a_code_but_not_a_subcode() {
        let transient = |signs| {
            classify(&Signs {
                transient: true,
                ..signs
            })
            .class
        };
        assert_eq!(transient(error(100, None)), Class::Retry);
        assert_eq!(transient(error(1, 2_207_057)), Class::Bad);
    }

    #[test]
    fn a_status_is_heard_last() {
        let retired = Signs {
            status: Some(500),
            message: "The ids query parameter is deprecated",
            ..error(100, None)
        };
        assert_eq!(
            classify(&retired).class,
            Class::Bad,
            "retired ?ids= answers 500 and would loop for ever"
        );
        let at = |status| {
            classify(&Signs {
                status: Some(status),
                not_json: true,
                ..Signs::default()
            })
            .class
        };
        assert_eq!(at(429), Class::Wait(Account));
        assert_eq!(at(502), Class::Retry);
        assert_eq!(at(200), Class::Retry);
        assert_eq!(classify(&Signs::default()).class, Class::Retry);
    }
}
