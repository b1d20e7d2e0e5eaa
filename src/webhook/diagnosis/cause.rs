//! The causes, each with its stable code, what it means and what to do about it.

/// What a diagnosis found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Why.
    pub cause: Cause,
    /// The signature matched once the cause was undone; else it is the likeliest cause only.
    pub proven: bool,
    /// What exactly: which secret, which change.
    pub detail: Option<String>,
}

macro_rules! causes {
    ($($(#[$doc:meta])* $cause:ident = $code:literal, $means:literal, $fix:literal;)*) => {
        /// Why a delivery was refused. One without its row does not compile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Cause { $($(#[$doc])* $cause,)* }

        impl Cause {
            /// Every cause.
            pub const ALL: &[Self] = &[$(Self::$cause),*];

            /// Its stable code, what it means, and what to do.
            const fn row(self) -> (&'static str, &'static str, &'static str) {
                match self { $(Self::$cause => ($code, $means, $fix),)* }
            }
        }
    };
}

causes! {
    /// An app's secret that is configured here.
    OtherProductsSecret = "other-product-secret",
        "a product's app secret signs it that the service did not accept then",
        "set both INSTAGRAM_APP_SECRET and FACEBOOK_APP_SECRET where the service runs, and start it again: Meta signs with the secret of the app that owns the subscription";
    /// An earlier secret.
    PreviousSecret = "previous-secret",
        "an earlier app secret signs it",
        "name that secret in BELINO_PREVIOUS_APP_SECRETS where the service runs, and start it again, until Meta signs with the new one";
    /// A value that another source replaced.
    OverriddenSecret = "overridden-secret",
        "a secret signs it that is written down but replaced by a stronger source of settings",
        "remove the wrong one of the two values, and start the service again";
    /// A secret that is nearly right.
    MisspeltSecret = "misspelt-secret",
        "a secret signs it that differs from the configured one by what stands around it or by its case",
        "copy the secret again from Meta's App Dashboard, alone: without quotes, blanks or a line's end";
    /// The verify token.
    VerifyTokenAsSecret = "verify-token-as-secret",
        "it is signed with the verify token",
        "sign with the app's secret; the verify token is for the handshake only";
    /// No signature at all.
    SignatureMissing = "signature-missing",
        "it came without X-Hub-Signature-256",
        "if Meta sent it, let the proxy hand on every header of the request; else somebody else posts here";
    /// The old signature alone.
    Sha1Only = "sha1-only",
        "it came with X-Hub-Signature (SHA-1) only",
        "let the proxy hand on X-Hub-Signature-256 as well; SHA-1 is never accepted";
    /// Digits without their prefix.
    SignaturePrefix = "signature-prefix",
        "its signature does not begin with sha256= in lower case",
        "send X-Hub-Signature-256 as Meta does: sha256= and 64 digits; a proxy must not rewrite it";
    /// Base64 in place of hexadecimal digits.
    SignatureBase64 = "signature-base64",
        "its signature is in base64",
        "write the signature in hexadecimal digits behind sha256=";
    /// Blanks or quotes around it.
    SignatureWrapped = "signature-wrapped",
        "its signature stands between quotes or blanks",
        "send the header's value bare";
    /// Two of them.
    SignatureTwice = "signature-twice",
        "the header X-Hub-Signature-256 came more than once",
        "let the proxy hand the header on and add none of its own";
    /// Nothing that could be read.
    SignatureMalformed = "signature-malformed",
        "its signature is not sha256= and 64 hexadecimal digits",
        "see what writes the header X-Hub-Signature-256 on the way";
    /// The same JSON in another form.
    JsonRewritten = "json-rewritten",
        "its JSON was read and written anew after it was signed",
        "hand the body's bytes on as they came: no parser and writer between Meta and Belino, no inspecting proxy that rewrites";
    /// The same JSON, its texts written with other escapes.
    EscapesChanged = "escapes-changed",
        "the escapes in its texts were written anew after it was signed",
        "hand the body's bytes on as they came: Meta escapes slashes and every character outside ASCII";
    /// Blanks at its end.
    LineEndAdded = "line-end-added",
        "something added a line's end or blanks to the body",
        "send the bytes as they are: with curl --data-binary, and no echo that adds a line's end";
    /// A line's end was removed.
    LineEndTrimmed = "line-end-trimmed",
        "something removed a line's end from the body",
        "send the bytes as they are: curl --data drops line ends, --data-binary does not";
    /// Between Unix and Windows.
    LineEndsChanged = "line-ends-changed",
        "the ends of its lines were changed between LF and CRLF",
        "send the body as bytes, not as text";
    /// A mark at its beginning.
    ByteOrderMark = "byte-order-mark",
        "a byte order mark was put before the body, or taken away",
        "send the body as bytes, without a mark";
    /// Latin-1 for UTF-8, or the other way round.
    CharacterSet = "character-set",
        "its characters were changed between UTF-8 and Latin-1",
        "send the body as bytes, not as text";
    /// Packed after it was signed.
    Compressed = "compressed",
        "the body was compressed after it was signed",
        "switch off compression of requests on the way; or sign what is sent";
    /// Unpacked after it was signed.
    Decompressed = "decompressed",
        "the body was decompressed on the way",
        "let the proxy hand compressed requests on as they are (of nginx: gunzip; of Envoy: the decompressor filter)";
    /// Its end is missing.
    Truncated = "truncated",
        "the body's end is missing",
        "raise what the proxy lets through or buffers for a request's body; Meta's bodies can be several MiB";
    /// Nothing is left of it.
    BodyEmpty = "body-empty",
        "the body is missing, and the signature is another body's",
        "see what reads the body on the way (a firewall, a middleware) and does not hand it on";
    /// More than is taken.
    TooLarge = "too-large",
        "the body is larger than BELINO_MAX_BODY_BYTES",
        "raise BELINO_MAX_BODY_BYTES, and what the proxy lets through";
    /// The quarantine has its beginning only.
    KeptInPart = "kept-in-part",
        "only the beginning of it was kept, so that its signature cannot be tried",
        "see whether smaller ones were refused, too: their cause is likely the same";
    /// A handshake.
    WrongVerifyToken = "wrong-verify-token",
        "Meta asked to subscribe with another verify token, or somebody else did",
        "type the value of INSTAGRAM_VERIFY_TOKEN into Meta's App Dashboard, exactly";
    /// Signed by nobody we know.
    UnknownSecret = "unknown-secret",
        "it looks like Meta's, and no secret that is known here signs it, however it may have been changed",
        "compare the secrets with those in Meta's App Dashboard: Instagram Login's apps have a secret of their own (Instagram > API setup), beside App settings > Basic; after a change name the old one in BELINO_PREVIOUS_APP_SECRETS";
    /// Signed by nobody we know, and no notification.
    NotMetas = "not-metas",
        "it is no notification of Meta's, and no secret that is known here signs it",
        "nothing, if nobody of yours posts here: strangers try every address";
    /// The bound was reached.
    NotSearched = "not-searched",
        "the search for its cause was cut short",
        "ask for it alone, by its id";
}

impl Cause {
    /// Stable: what programs decide by.
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// What it means, in a sentence without its capital.
    pub const fn means(self) -> &'static str {
        self.row().1
    }

    /// What to do about it.
    pub const fn fix(self) -> &'static str {
        self.row().2
    }

    pub(super) const fn proven(self, detail: Option<String>) -> Diagnosis {
        Diagnosis {
            cause: self,
            proven: true,
            detail,
        }
    }

    pub(super) const fn likely(self, detail: Option<String>) -> Diagnosis {
        Diagnosis {
            cause: self,
            proven: false,
            detail,
        }
    }
}
