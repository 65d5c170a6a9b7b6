//! Page views: one plain struct per page, filled by handlers, rendered by its template, shown by its samples.

use askama::Template;

pub mod clock;
pub mod day;
pub mod desk;
pub mod file;
pub mod form;
pub mod frame;
pub mod public;
pub mod qr;
pub mod receipt;
pub mod story;
pub mod witness;

/// A page that can show itself.
pub trait Page: Template + Sized {
    /// The page's name in the gallery, as `public/home`.
    const NAME: &'static str;

    /// Named examples with invented people and places: the usual case, the empty one, the one with errors.
    fn samples() -> Vec<(&'static str, Self)>;
}

/// One sample of one page, rendered.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Page name.
    pub page: &'static str,
    /// Sample name.
    pub sample: &'static str,
    /// The document.
    pub html: String,
}

/// Every sample of every page: for the gallery and for the tests.
pub fn gallery() -> Result<Vec<Shown>, askama::Error> {
    let mut shown = Vec::new();
    public::show(&mut shown)?;
    desk::show(&mut shown)?;
    show::<witness::WitnessHome>(&mut shown)?;
    Ok(shown)
}

fn show<P: Page>(shown: &mut Vec<Shown>) -> Result<(), askama::Error> {
    for (sample, page) in P::samples() {
        shown.push(Shown { page: P::NAME, sample, html: page.render()? });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_keeps_the_house_rules() {
        for Shown { page, sample, html } in gallery().unwrap() {
            let at = format!("{page} ({sample})");
            assert!(html.contains("<html lang=\"zh-CN\""), "{at}: language is not named");
            assert_eq!(html.matches("<h1").count(), 1, "{at}: wants one main heading");
            assert_eq!(html.matches("<main").count(), 1, "{at}: wants one main region");
            assert!(!html.contains(" style="), "{at}: inline style breaks the content policy");
            assert!(!html.contains("<style"), "{at}: inline style breaks the content policy");
            assert!(!html.contains(" onclick="), "{at}: inline script breaks the content policy");
            for script in html.split("<script").skip(1) {
                assert!(script.contains("></script>"), "{at}: inline script breaks the content policy");
            }
            assert!(!html.contains("http://") || html.contains("www.w3.org"), "{at}: names another host");
        }
    }

    /// Values of an attribute, in order.
    fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
        let opening = format!(" {attribute}=\"");
        html.split(opening.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn every_label_and_error_points_at_a_field() {
        for Shown { page, sample, html } in gallery().unwrap() {
            let ids = values(&html, "id");
            let mut once = ids.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), ids.len(), "{page} ({sample}): an id is used twice");
            let anchors = values(&html, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
            let described = values(&html, "aria-describedby").into_iter().flat_map(str::split_whitespace);
            for wanted in values(&html, "for").into_iter().chain(anchors).chain(described) {
                assert!(ids.contains(&wanted), "{page} ({sample}): nothing has the id {wanted}");
            }
        }
    }

    #[test]
    fn a_fresh_form_is_empty() {
        for Shown { page, sample, html } in gallery().unwrap() {
            if sample == "fresh" {
                for area in html.split("<textarea").skip(1) {
                    assert!(area.contains("></textarea>"), "{page}: a text field starts with words in it");
                }
            }
        }
    }

    #[test]
    fn a_receipt_tells_no_name_and_no_story() {
        for Shown { page, html, .. } in gallery().unwrap() {
            if page == "public/receipt" {
                assert!(!html.contains("工地"), "the receipt carries text of the matter");
                assert!(!html.contains("陈"), "the receipt carries a name");
            }
        }
    }

    #[test]
    fn sample_names_are_unique() {
        let mut names: Vec<_> = gallery().unwrap().iter().map(|shown| (shown.page, shown.sample)).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
