//! Everything that the doctor can find wrong: one table with stable codes.

use super::finding::Level;

/// A row of the table.
pub(super) struct Row {
    /// What was looked at.
    pub(super) check: &'static str,
    /// How bad it is.
    pub(super) level: Level,
    /// Stable: what programs decide by.
    pub(super) code: &'static str,
    /// Why it matters.
    pub(super) why: &'static str,
    /// What to do.
    pub(super) fix: &'static str,
}

macro_rules! codes {
    ($($check:literal { $($name:ident = $level:ident, $code:literal, $why:literal, $fix:literal;)* })*) => {
        /// What can be wrong. One without its row does not compile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Code { $($($name,)*)* }

        impl Code {
            #[cfg(test)]
            const ALL: &[Self] = &[$($(Self::$name,)*)*];

            /// Its row.
            pub(super) const fn row(self) -> Row {
                match self { $($(Self::$name => Row { check: $check, level: Level::$level, code: $code, why: $why, fix: $fix },)*)* }
            }
        }
    };
}

codes! {
    "settings" {
        SettingInvalid = Fault, "setting-invalid",
            "the service does not start with it", "correct the setting";
        SettingReplaced = Warning, "setting-replaced",
            "two sources say different things, and only one is heeded", "remove the value that is not meant";
        PublicUrlLoopback = Warning, "public-url-loopback",
            "Meta and other machines cannot reach it",
            "set BELINO_PUBLIC_URL to the address that the proxy in front serves, as https://hooks.example.org";
        PublicUrlPlain = Fault, "public-url-plain",
            "Meta calls https only, with a certificate that it can check",
            "put a proxy that speaks TLS in front, and set BELINO_PUBLIC_URL to its https address";
        ListenOpen = Warning, "listen-open",
            "whoever reaches this port reads keys and payloads in clear",
            "listen on 127.0.0.1 behind a proxy that speaks TLS, and set BELINO_PUBLIC_URL to its https address";
        SecretIsId = Fault, "secret-is-app-id",
            "an app's id is public: anybody could sign deliveries with it",
            "copy the app's secret, which stands beside its id in Meta's App Dashboard";
        SecretIsToken = Fault, "secret-is-token",
            "it begins as Meta's access tokens do, and signs nothing",
            "copy the app's secret from Meta's App Dashboard";
        SecretQuoted = Fault, "secret-quoted",
            "the quotes are taken for a part of the secret",
            "write the value without quotes: Docker's --env-file hands them on";
        SecretsEqual = Warning, "secrets-equal",
            "the two products' apps have secrets of their own: one of the two is in the wrong place",
            "copy each from its own page: App settings > Basic, and Instagram > API setup";
        PreviousIsCurrent = Warning, "previous-secret-current",
            "it adds nothing, and looks like a rotation that was not finished",
            "put the new secret in place, or remove the previous one";
        AppIdsEqual = Warning, "app-ids-equal",
            "the Instagram app's id is not the Meta app's", "copy the Instagram app's id from Instagram > API setup";
        AppIdMissing = Warning, "app-id-missing",
            "people cannot log in with this product, and its secret cannot be checked",
            "set the app's id beside its secret";
        VerifyTokenShort = Warning, "verify-token-short",
            "it can be guessed", "choose at least 16 random characters, here and in Meta's App Dashboard";
        VerifyTokenIsSecret = Fault, "verify-token-is-secret",
            "Meta sends the verify token in addresses, which proxies write into logs", "choose a random word of its own";
        AdminKeyShort = Warning, "admin-key-short",
            "it opens everything, and can be guessed", "choose 32 random characters: openssl rand -hex 16";
        KeepShort = Warning, "keep-short",
            "Meta repeats deliveries for 36 hours: a repeated item would be a new event",
            "keep bodies or events for at least 36h";
        EncryptionKeyWeak = Fault, "encryption-key-weak",
            "tokens sealed with it are open to everybody", "make a random one: openssl rand -base64 32";
        GraphElsewhere = Warning, "graph-not-metas",
            "calls go to a sandbox or a proxy, not to Meta", "remove the setting where real accounts are meant";
        ReturnPlain = Warning, "return-origin-plain",
            "what a browser is sent back with can be read on its way", "name https origins in BELINO_RETURN_ORIGINS";
        GraphPlain = Fault, "graph-url-plain",
            "tokens travel in clear", "use https";
    }
    "versions" {
        VersionEnding = Warning, "graph-version-ending",
            "Meta then moves calls to another version without a word", "set a newer version, as v25.0, and watch what changes";
        VersionEnded = Fault, "graph-version-ended",
            "Meta moves calls to another version without a word", "set a newer version, as v25.0";
        VersionUnknown = Warning, "graph-version-unknown",
            "Belino was not tried with it", "set one that it knows, as v25.0, or update Belino";
    }
    "store" {
        DatabaseMissing = Warning, "database-missing",
            "it is made when the service first starts", "if there should be one already, correct DATABASE_URL or the folder that the service starts in";
        DatabaseUnreachable = Fault, "database-unreachable",
            "nothing can be kept: deliveries are answered 503", "start the server, or correct DATABASE_URL";
        DatabaseRefused = Fault, "database-refused",
            "nothing can be kept: deliveries are answered 503", "correct user, password or database in DATABASE_URL";
        DatabaseReadOnly = Fault, "database-read-only",
            "nothing can be kept: deliveries are answered 503", "let belino's user write the file and its folder, on a disk that is mounted for writing";
        DatabaseDamaged = Fault, "database-damaged",
            "what is in it cannot be trusted", "stop belino, keep a copy of the file and its -wal, and restore a backup";
        DatabaseFull = Fault, "disk-full",
            "nothing can be kept: deliveries are answered 503", "make room";
        DatabaseLocked = Fault, "database-locked",
            "deliveries wait for it, and are answered 503", "see which other program works on the file, and stop it";
        DatabaseFails = Fault, "database-fails",
            "what was asked of it did not work", "the words above are the database's";
        SchemaNewer = Fault, "schema-newer",
            "this version of belino does not start on it", "use the newer belino";
        SchemaOlder = Warning, "schema-older",
            "the rest of the database is not looked at", "start the service, or run belino migrate";
        DiskNearlyFull = Warning, "disk-nearly-full",
            "without room nothing can be kept", "make room, or keep less: BELINO_KEEP_BODIES, BELINO_KEEP_EVENTS";
        LogLong = Warning, "log-long",
            "a long log slows every read, and stays while something reads for long", "see what reads the database for long (a backup, a shell)";
        CommitsNotDurable = Fault, "commits-not-durable",
            "what was acknowledged is lost when the server or its machine stops hard", "set it on again on the server, for this user and database, too";
        PagesNotWhole = Warning, "full-page-writes-off",
            "a crash in the middle of a page can damage the database", "set full_page_writes on, unless the file system writes pages whole";
    }
    "clock" {
        ClockBesideDatabase = Warning, "clock-beside-database",
            "leases go by the database's clock, every other time by this one", "let a time service keep both";
        ClockBesideMeta = Warning, "clock-beside-meta",
            "times of events and the ends of tokens are judged by this clock", "let a time service (chrony, systemd-timesyncd) keep it";
    }
    "keys" {
        KeysNeeded = Fault, "encryption-keys-missing",
            "with Postgres the service does not start without them", "set BELINO_ENCRYPTION_KEYS: k1:$(openssl rand -base64 32)";
        KeyFileMissing = Fault, "key-file-missing",
            "the stored tokens do not open without it, and the service would make another", "restore the key file from where it was kept, or connect the accounts again";
        KeyFileUnusable = Fault, "key-file-unusable",
            "the service does not start", "restore the key file: 64 hexadecimal digits that belino's user may read";
        KeyFileOpen = Warning, "key-file-open",
            "other users of this machine can open the tokens", "chmod 600";
        KeyUnknown = Fault, "key-unknown",
            "the token sealed with it does not open", "add the key to BELINO_ENCRYPTION_KEYS again, behind the first";
        TokenUnopened = Fault, "token-unopened",
            "the key of that id is another one, or the row was changed", "configure the key that sealed it, or connect the account again";
    }
    "apps" {
        GraphUnreachable = Fault, "graph-unreachable",
            "nothing can be enriched or connected", "let this machine reach it: name service, firewall, proxy";
        AppRefused = Fault, "app-refused",
            "Meta does not know this id with this secret: no login works, and its deliveries are refused", "copy id and secret of one app from Meta's App Dashboard";
        AppsSwapped = Fault, "app-secrets-swapped",
            "no login works", "exchange INSTAGRAM_APP_SECRET and FACEBOOK_APP_SECRET";
        AppNotSubscribed = Warning, "app-not-subscribed",
            "Meta tells nothing of accounts that are connected by Facebook Login", "belino subscriptions sync, or Webhooks > Instagram in Meta's App Dashboard";
        AppSubscribedElsewhere = Fault, "app-subscribed-elsewhere",
            "what Meta tells of accounts that are connected by Facebook Login goes there", "correct BELINO_PUBLIC_URL, or belino subscriptions sync";
        AppFieldsMissing = Warning, "app-fields-not-subscribed",
            "Meta does not tell of them", "belino subscriptions sync, or Webhooks > Instagram in Meta's App Dashboard";
    }
    "callback" {
        CallbackUnreachable = Fault, "callback-unreachable",
            "Meta cannot deliver to it, either", "start the service; let BELINO_PUBLIC_URL lead to it: name service, firewall, proxy";
        CallbackTls = Fault, "callback-tls",
            "Meta checks certificates and refuses self-signed ones", "serve a certificate for this name with its whole chain";
        CallbackRedirects = Fault, "callback-redirects",
            "Meta is not known to follow redirects", "set BELINO_PUBLIC_URL to where it leads, or let the proxy serve the address itself";
        CallbackNotBelino = Fault, "callback-not-belino",
            "something else answers at this address", "let the proxy hand /api/instagram/ on to the service";
        CallbackChanged = Fault, "callback-answer-changed",
            "Meta wants the challenge and nothing else", "let nothing on the way rewrite answers: no compression, no added text";
        VerifyTokenRefused = Fault, "verify-token-refused",
            "the service was started with another verify token than is configured here", "start the service again with this configuration, or run the doctor with the service's";
        VerifyTokenIgnored = Fault, "verify-token-ignored",
            "a wrong verify token was answered with the challenge: something in front answers in the service's place", "let the proxy hand /api/instagram/ on to the service";
        ForgeryAccepted = Fault, "forgery-accepted",
            "what answers does not check signatures: deliveries are acknowledged and lost", "let the proxy hand /api/instagram/ on to the service";
        SecretNotServed = Fault, "secret-not-in-service",
            "its bytes arrived unchanged, and the service refused the signature: it was started with other secrets", "start the service again with this configuration, or run the doctor with the service's";
        SignatureHeaderLost = Fault, "signature-header-lost",
            "without it every delivery is refused", "let the proxy hand on the header X-Hub-Signature-256";
        BodyChanged = Fault, "callback-body-changed",
            "the signature is of the bytes as they were sent: every delivery is refused", "hand bodies on as they came";
        TripFailed = Fault, "callback-refuses-deliveries",
            "a delivery that is signed as Meta signs was not accepted", "see the service's log of this moment";
    }
    "connections" {
        NoConnections = Warning, "no-connections",
            "events wait for their accounts", "connect an account: belino connections add, or a login in the browser";
        NeedsReconnect = Fault, "connection-needs-reconnect",
            "its events wait", "let the person connect the account again";
        Restricted = Fault, "account-restricted",
            "its events wait", "open the Instagram app as the account and do what it asks";
        LacksScopes = Fault, "connection-lacks-scope",
            "its events wait", "let the person connect the account again and grant it";
        ScopesMissing = Warning, "scopes-missing",
            "what needs them is not read", "let the person connect the account again and grant them";
        TokenExpired = Fault, "token-expired",
            "calls with it fail", "let the person connect the account again";
        TokenExpiring = Warning, "token-expiring",
            "calls fail from then on", "let the person connect the account again";
        DataAccessEnded = Fault, "data-access-ended",
            "the token is valid, and reads nothing any more", "let the person log in again: 90 days after they were last active Meta stops it";
        DataAccessEnding = Warning, "data-access-ending",
            "the token then is valid, and reads nothing any more", "let the person log in again: Meta stops it 90 days after they were last active";
        TokenNotRenewed = Warning, "token-not-renewed",
            "it ends unless a later try succeeds", "see the reason; if it stays, let the person connect the account again";
        NotSubscribed = Fault, "not-subscribed",
            "no webhooks come for it", "connect the account again, which subscribes it";
        FieldsMissing = Warning, "fields-not-subscribed",
            "no webhooks come for them", "connect the account again, which subscribes it";
        TokenRefused = Fault, "token-refused",
            "calls with it fail", "let the person connect the account again, unless the words above name another cure";
    }
    "backlog" {
        UnpackBehind = Fault, "deliveries-unread",
            "deliveries are kept, and nothing becomes of them", "run a process with the role process, and see its log";
        DeliveriesUnreadable = Warning, "deliveries-unreadable",
            "nothing became of them", "look at them: GET /api/deliveries?state=unreadable";
        EventsDead = Warning, "events-dead",
            "they were given up", "see why (belino events list --state dead), then belino events retry --state dead";
        EventsParked = Warning, "events-parked",
            "they wait for something that people must do", "see for what: belino events list --state parked";
    }
    "refusals" {
        RefusalsUnread = Fault, "refusals-unread",
            "it is not known what was refused lately", "the words above are the database's";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;
    use crate::webhook::diagnosis::Cause;

    #[test]
    fn no_two_troubles_share_a_code() {
        let mut codes: Vec<&str> = Code::ALL.iter().map(|code| code.row().code).collect();
        codes.extend(Cause::ALL.iter().map(|cause| cause.code()));
        let unique: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(unique.len(), codes.len());
    }
}
