//! Finding the Pages that a person shared.

use crate::connect::ConnectError;
use crate::connect::inquiry::Inquiry;
use crate::graph::ManagedPage;

/// Most pages of Pages that are read: a hundred Pages each.
const MOST_PAGES: usize = 10;

/// Every Page that the person shared, each once.
pub(in crate::connect) async fn shared_pages(
    inquiry: &mut Inquiry<'_>,
) -> Result<Vec<ManagedPage>, ConnectError> {
    let (mut pages, mut after): (Vec<ManagedPage>, Option<String>) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let page = inquiry.managed_pages(after.as_deref()).await?;
        for one in page.data {
            if !pages.iter().any(|known| known.id == one.id) {
                pages.push(one);
            }
        }
        after = page.after;
        if after.is_none() {
            break;
        }
    }
    Ok(pages)
}
