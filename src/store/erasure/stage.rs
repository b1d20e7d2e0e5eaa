//! The stages of an erasure, in their order, and where in one it stands.

/// What is removed in one go after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub(super) enum Stage {
    /// What came before must have been read.
    Unread,
    /// The accounts' events.
    Events,
    /// What the accounts' events became, and their media.
    Objects,
    /// Calls that were made for the accounts.
    Calls,
    /// Events that bring other accounts something of the person's.
    Authored,
    /// Comments of the person's whose events were removed before.
    Comments,
    /// Messages likewise.
    Messages,
    /// What followers were told of the accounts, and where the person was named.
    Feed,
    /// Deliveries that name the person.
    Ledger,
    /// Refused ones.
    Quarantine,
    /// The traces of the work itself.
    Finish,
}

impl Stage {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 11] = [
        Self::Unread,
        Self::Events,
        Self::Objects,
        Self::Calls,
        Self::Authored,
        Self::Comments,
        Self::Messages,
        Self::Feed,
        Self::Ledger,
        Self::Quarantine,
        Self::Finish,
    ];

    /// Its word in the database.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Events => "events",
            Self::Objects => "objects",
            Self::Calls => "calls",
            Self::Feed => "feed",
            Self::Authored => "authored",
            Self::Comments => "comments",
            Self::Messages => "messages",
            Self::Ledger => "ledger",
            Self::Quarantine => "quarantine",
            Self::Finish => "finish",
        }
    }

    /// How many stages are behind.
    pub(super) fn behind(self) -> usize {
        Self::ALL.iter().take_while(|stage| **stage != self).count()
    }

    /// The one after it; the last one has none.
    pub(super) fn next(self) -> Self {
        let next = Self::ALL.get(self.behind() + 1);
        next.copied().unwrap_or(Self::Finish)
    }
}

/// Rows that go, of a page, and the place of the last row that was looked at.
pub(super) struct Cut<Row, Place> {
    pub(super) rows: Vec<Row>,
    pub(super) last: Option<Place>,
}

/// Goes through a page up to its end, or up to so many rows that go.
pub(super) fn cut<Row, Place>(
    page: Vec<Row>,
    most: usize,
    goes: impl Fn(&Row) -> bool,
    place: impl Fn(&Row) -> Place,
) -> Cut<Row, Place> {
    let mut cut = Cut {
        rows: Vec::new(),
        last: None,
    };
    for row in page {
        cut.last = Some(place(&row));
        if goes(&row) {
            cut.rows.push(row);
        }
        if cut.rows.len() >= most {
            break;
        }
    }
    cut
}
