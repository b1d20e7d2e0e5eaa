//! The search: what is claimed, who signs the body as it came, and which change, undone, makes it match.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::de::IgnoredAny;

use super::claim::{Claim, Claims};
use super::respell::Spelling;
use super::{Budget, Cause, Diagnosis, Suspects, arrange, edits, inflate};

/// The longest beginning of a body that a quarantine keeps; a shorter one that is not whole came so.
pub const KEPT_OF_BODY: usize = 64 * 1_024;

/// A delivery that was refused, as it was kept.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// The code that it was refused with.
    pub reason: &'a str,
    /// The kept headers, a JSON object.
    pub headers: &'a [u8],
    /// Its bytes, cut off at a bound.
    pub body: &'a [u8],
    /// How many there were, or should have been.
    pub body_bytes: i64,
}

/// Names the likeliest cause; tries no more than the budget allows.
pub fn diagnose(refused: &Refused<'_>, suspects: &Suspects, budget: &mut Budget) -> Diagnosis {
    match refused.reason {
        "too-large" => return Cause::TooLarge.proven(None),
        "wrong-verify-token" => return Cause::WrongVerifyToken.proven(None),
        _ => {}
    }
    let whole = usize::try_from(refused.body_bytes).is_ok_and(|bytes| bytes <= refused.body.len());
    if !whole && refused.body.len() < KEPT_OF_BODY {
        let (came, claimed) = (refused.body.len(), refused.body_bytes);
        return Cause::Truncated.proven(Some(format!("{came} of {claimed} bytes came")));
    }
    let claims = Claims::read(refused.headers);
    let mut search = Search {
        body: refused.body,
        suspects,
        budget,
    };
    match claims.signature() {
        Claim::Signature(_) if !whole => Cause::KeptInPart.likely(None),
        Claim::Signature(signature) => search.changed(&signature, &claims),
        Claim::Loose(cause, meant) => search.loose(cause, &meant),
        Claim::Sha1(signature) => search.sha1(&signature),
        Claim::Nothing if is_metas(refused.body) => Cause::SignatureMissing.likely(None),
        Claim::Nothing => Cause::NotMetas.likely(Some("it has no signature".to_owned())),
    }
}

struct Search<'a> {
    body: &'a [u8],
    suspects: &'a Suspects,
    budget: &'a mut Budget,
}

impl Search<'_> {
    fn loose(&mut self, cause: Cause, meant: &[[u8; 32]]) -> Diagnosis {
        for signature in meant {
            let signer = self.signer(self.body, signature);
            if let Some(label) = signer {
                return cause.proven(Some(format!("{label} signs it")));
            }
        }
        cause.likely(None)
    }

    fn sha1(&mut self, signature: &[u8]) -> Diagnosis {
        let (body, secrets) = (self.body, &self.suspects.secrets);
        let tried = secrets.iter().take_while(|_| self.budget.take(body.len()));
        let mut signs = tried.filter(|suspect| suspect.signs_with_sha1(body, signature));
        match signs.next() {
            Some(suspect) => Cause::Sha1Only.proven(Some(format!("{} signs it", suspect.label))),
            None => Cause::Sha1Only.likely(None),
        }
    }

    fn changed(&mut self, signature: &[u8; 32], claims: &Claims) -> Diagnosis {
        if let Some(found) = self.as_it_came(signature) {
            return found;
        }
        let mut seen = HashSet::from([print(self.body)]);
        for (cause, how, bytes) in undone(self.body) {
            if !seen.insert(print(&bytes)) {
                continue;
            }
            if self.signer(&bytes, signature).is_some() {
                return cause.proven(Some(how));
            }
            if self.budget.is_spent() {
                break;
            }
        }
        self.guess(claims)
    }

    /// Whether something else than the secrets in use signs the very bytes that came.
    fn as_it_came(&mut self, signature: &[u8; 32]) -> Option<Diagnosis> {
        let (body, suspects) = (self.body, self.suspects);
        let mut all = suspects.secrets.iter().chain(&suspects.mistakes);
        let found = all.find(|suspect| self.budget.take(body.len()) && suspect.signs(body, signature))?;
        Some(found.cause.proven(Some(found.label.clone())))
    }

    /// The label of the secret that signs these bytes.
    fn signer(&mut self, bytes: &[u8], signature: &[u8; 32]) -> Option<String> {
        let mut secrets = self.suspects.secrets.iter();
        let found =
            secrets.find(|suspect| self.budget.take(bytes.len()) && suspect.signs(bytes, signature))?;
        Some(found.label.clone())
    }

    /// What cannot be undone can still be seen.
    fn guess(&self, claims: &Claims) -> Diagnosis {
        if self.body.is_empty() {
            return Cause::BodyEmpty.likely(None);
        }
        if let Some(coding) = claims.coding()
            && !inflate::is_packed(self.body)
        {
            return Cause::Decompressed.likely(Some(format!("the headers still call it {coding}")));
        }
        let read = serde_json::from_slice::<IgnoredAny>(self.body);
        if read.is_err_and(|error| error.is_eof()) {
            return Cause::Truncated.likely(Some("its JSON does not end".to_owned()));
        }
        if self.budget.is_spent() {
            return Cause::NotSearched.likely(None);
        }
        let cause = if is_metas(self.body) {
            Cause::UnknownSecret
        } else {
            Cause::NotMetas
        };
        cause.likely(None)
    }
}

/// Every form in which the body may have been signed, made as it is asked for.
fn undone(body: &[u8]) -> impl Iterator<Item = (Cause, String, Vec<u8>)> {
    let small = edits::undone(body).into_iter();
    let packed = std::iter::once_with(move || inflate::undone(body)).flatten();
    let text = str::from_utf8(body).unwrap_or_default();
    let respelt = spellings(Cause::EscapesChanged, "signed with ".to_owned(), text.to_owned());
    let arranged = std::iter::once_with(move || arrange::all(text)).flatten();
    let rewritten = arranged.flat_map(|(how, text)| {
        let plain = (
            Cause::JsonRewritten,
            format!("signed {how}"),
            text.clone().into_bytes(),
        );
        std::iter::once(plain).chain(spellings(Cause::JsonRewritten, format!("signed {how}, "), text))
    });
    small.chain(respelt).chain(packed).chain(rewritten)
}

fn spellings(cause: Cause, how: String, text: String) -> impl Iterator<Item = (Cause, String, Vec<u8>)> {
    Spelling::all().map(move |spelling| {
        let bytes = spelling.write(&text).into_bytes();
        (cause, format!("{how}{spelling}"), bytes)
    })
}

fn print(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Whether it has the members of every notification, even if it is cut off or changed.
fn is_metas(body: &[u8]) -> bool {
    let has = |word: &[u8]| body.windows(word.len()).any(|bytes| bytes == word);
    has(b"\"object\"") && has(b"\"entry\"")
}
