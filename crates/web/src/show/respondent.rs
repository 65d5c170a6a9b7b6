//! What a person who complains of an office's own decision is told: who answers first and by which article, who reviews
//! that, and that nobody of the office has a part in it.

use app::show::MatterShown;

/// Sentences; none where no decision is complained of.
pub(crate) fn told(matter: &MatterShown) -> Vec<String> {
    let conflict = &matter.conflict;
    if conflict.respondents.is_empty() {
        return Vec::new();
    }
    let offices = conflict.respondents.join("、");
    let first = match (&conflict.answers_first, &matter.competent) {
        (Some(first), _) if conflict.cite.is_empty() => format!("先由{first}答复您。"),
        (Some(first), _) => format!("按照{}，先由{first}答复您。", conflict.cite),
        (None, Some(_)) => "这件事由另一个单位办理。".to_owned(),
        (None, None) => "转送以后，可能先由它答复您，那时这里会写明依据。".to_owned(),
    };
    let mut told = vec![format!("您不服的是{offices}作出的决定或者答复。{first}")];
    let cite = &conflict.review_cite;
    told.extend(match &conflict.reviewer {
        Some(reviewer) => Some(format!("对答复不服的，由{reviewer}复查（{cite}）。")),
        None if cite.is_empty() => None,
        None => Some(format!(
            "对答复不服的，复查要由它的上一级机关作出（{cite}）；它的上一级不在本系统内，请直接向上一级机关书面提出。"
        )),
    });
    told.push(format!("{offices}和它的下属单位不参与复查、复核、督办、主持听证和调解，也不决定回避。"));
    told
}
