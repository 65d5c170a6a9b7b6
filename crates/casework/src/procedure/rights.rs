//! What a change of a procedure means for the person, in plain words: which limits, remedies and ways got better or worse.

use std::fmt;

use super::model::{Act, ClockKind, Limit, Procedure, WhoIs};

/// Which way something turned, seen by the person who brings a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// 变好.
    Better,
    /// 变差.
    Worse,
    /// Different, and neither by itself.
    Other,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What, from what to what: `办理期限 answer：60日 → 90日`.
    pub text: String,
    /// Which way.
    pub turn: Turn,
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let turn = match self.turn {
            Turn::Better => "变好",
            Turn::Worse => "变差",
            Turn::Other => "有变化",
        };
        write!(out, "{}（{turn}）", self.text)
    }
}

/// What differs for the person between a procedure and the one that is to take its place.
pub fn changes(before: &Procedure, after: &Procedure) -> Vec<Change> {
    let mut changes = Vec::new();
    clocks(before, after, &mut changes);
    remedies(before, after, &mut changes);
    letters(before, after, &mut changes);
    steps(before, after, &mut changes);
    acts(before, after, &mut changes);
    changes
}

fn clocks(before: &Procedure, after: &Procedure, changes: &mut Vec<Change>) {
    for (id, old) in &before.clocks {
        let Some(new) = after.clocks.get(id) else {
            let turn = if old.kind == ClockKind::Floor { Turn::Other } else { Turn::Worse };
            changes.push(Change { text: format!("{} {id}：取消", old.name), turn });
            continue;
        };
        // More time is good where it is the person's, bad where the office is to act or the person must wait.
        let longer = if old.kind == ClockKind::Window { Turn::Better } else { Turn::Worse };
        limit(&format!("{} {id}", old.name), old.limit, new.limit, longer, changes);
        let most = |clock: &super::model::Clock| clock.extend.iter().map(|rung| rung.most).collect::<Vec<_>>();
        let (had, has) = (most(old), most(new));
        for at in 0..had.len().max(has.len()) {
            let title = format!("{} {id} 的第{}次延长", old.name, at + 1);
            match (had.get(at), has.get(at)) {
                (Some(had), Some(has)) => limit(&title, *had, *has, longer, changes),
                (Some(_), None) => {
                    changes.push(Change { text: format!("{title}：取消"), turn: opposite(longer) })
                }
                (None, Some(has)) => changes.push(Change { text: format!("{title}：新增{has}"), turn: longer }),
                (None, None) => {}
            }
        }
        let tells = |procedure: &Procedure, clock: &super::model::Clock| {
            clock.at_end.tells.iter().any(|who| is_petitioner(procedure, who))
        };
        match (tells(before, old), tells(after, new)) {
            (true, false) => {
                changes
                    .push(Change {
                        text: format!("{} {id} 届满：不再告知信访人", old.name), turn: Turn::Worse
                    });
            }
            (false, true) => {
                changes.push(Change {
                    text: format!("{} {id} 届满：也告知信访人", old.name), turn: Turn::Better
                });
            }
            _ => {}
        }
    }
}

fn remedies(before: &Procedure, after: &Procedure, changes: &mut Vec<Change>) {
    for (id, old) in &before.outcomes {
        let Some(new) = after.outcomes.get(id) else { continue };
        let title = format!("对“{}”{id} 的救济", old.name);
        match (&old.remedy, &new.remedy) {
            (Some(had), Some(has)) => {
                limit(&format!("{title}期限"), had.limit, has.limit, Turn::Better, changes);
                if had.to != has.to {
                    let text = format!("{title}机关：{} → {}", name(before, &had.to), name(after, &has.to));
                    changes.push(Change { text, turn: Turn::Other });
                }
            }
            (Some(_), None) => changes.push(Change { text: format!("{title}：取消"), turn: Turn::Worse }),
            (None, Some(_)) => changes.push(Change { text: format!("{title}：新增"), turn: Turn::Better }),
            (None, None) => {}
        }
    }
}

fn letters(before: &Procedure, after: &Procedure, changes: &mut Vec<Change>) {
    for (id, old) in &before.letters {
        let Some(new) = after.letters.get(id) else { continue };
        for lost in old.must_state.iter().filter(|part| !new.must_state.contains(part)) {
            changes.push(Change {
                text: format!("{} {id}：不再须写明“{lost}”", old.name), turn: Turn::Worse
            });
        }
        for more in new.must_state.iter().filter(|part| !old.must_state.contains(part)) {
            changes.push(Change {
                text: format!("{} {id}：还须写明“{more}”", old.name), turn: Turn::Better
            });
        }
    }
}

fn steps(before: &Procedure, after: &Procedure, changes: &mut Vec<Change>) {
    for (id, old) in &before.steps {
        let Some(new) = after.steps.get(id) else { continue };
        if let (Some(had), Some(has)) = (&old.owner, &new.owner)
            && had != has
        {
            let text = format!("“{}”{id} 的责任人：{} → {}", old.name, name(before, had), name(after, has));
            changes.push(Change { text, turn: Turn::Other });
        }
        let stops =
            |step: &super::model::Step| step.pauses.as_ref().map_or_else(Vec::new, |(clocks, _)| clocks.clone());
        let (had, has) = (stops(old), stops(new));
        for (clocks, others, turn, word) in
            [(&has, &had, Turn::Worse, "停止计算"), (&had, &has, Turn::Better, "不再停止计算")]
        {
            for clock in clocks.iter().filter(|clock| !others.contains(clock)) {
                let named = before.clocks.get(clock).map_or(clock.as_str(), |clock| clock.name.as_str());
                changes.push(Change { text: format!("“{}”{id}：{word}{named}", old.name), turn });
            }
        }
    }
}

/// Acts that are gone, and those that somebody else may do now.
fn acts(before: &Procedure, after: &Procedure, changes: &mut Vec<Change>) {
    for (step, act) in before.acts() {
        let place = step.map_or("各步骤", |step| step.name.as_str());
        let twin =
            after.acts().find(|(at, one)| one.id == act.id && at.map(|at| &at.id) == step.map(|step| &step.id));
        let own = |procedure: &Procedure, act: &Act| act.by.iter().any(|who| is_petitioner(procedure, who));
        let title = format!("“{place}”的{} {}", act.verb.name(), act.id);
        match twin {
            None => {
                let turn = if own(before, act) { Turn::Worse } else { Turn::Other };
                changes.push(Change { text: format!("{title}：取消"), turn });
            }
            Some((_, new)) => {
                match (own(before, act), own(after, new)) {
                    (true, false) => {
                        changes
                            .push(Change { text: format!("{title}：信访人不再可以"), turn: Turn::Worse });
                    }
                    (false, true) => {
                        changes.push(Change { text: format!("{title}：信访人也可以"), turn: Turn::Better })
                    }
                    _ => {}
                }
                if own(before, act) && act.at_most != new.at_most {
                    let times =
                        |most: Option<u8>| most.map_or_else(|| "不限次".to_owned(), |most| format!("{most}次"));
                    let fewer = new.at_most.unwrap_or(u8::MAX) < act.at_most.unwrap_or(u8::MAX);
                    let turn = if fewer { Turn::Worse } else { Turn::Better };
                    let text = format!("{title}：{} → {}", times(act.at_most), times(new.at_most));
                    changes.push(Change { text, turn });
                }
            }
        }
    }
}

/// A limit that changed; `longer` is what more time means here.
fn limit(title: &str, old: Limit, new: Limit, longer: Turn, changes: &mut Vec<Change>) {
    if old == new {
        return;
    }
    let turn = match (days(old), days(new)) {
        (Some(old), Some(new)) if new > old => longer,
        (Some(old), Some(new)) if new < old => opposite(longer),
        _ => Turn::Other,
    };
    changes.push(Change { text: format!("{title}：{old} → {new}"), turn });
}

fn opposite(turn: Turn) -> Turn {
    match turn {
        Turn::Better => Turn::Worse,
        Turn::Worse => Turn::Better,
        Turn::Other => Turn::Other,
    }
}

/// About how many tenths of a calendar day a limit is, to compare limits of different kinds.
fn days(limit: Limit) -> Option<u32> {
    match limit {
        Limit::AtOnce => Some(0),
        Limit::Days(days) => Some(u32::from(days) * 10),
        Limit::WorkingDays(days) => Some(u32::from(days) * 14),
        Limit::Months(months) => Some(u32::from(months) * 304),
        Limit::Set => None,
    }
}

fn is_petitioner(procedure: &Procedure, who: &str) -> bool {
    procedure.who.get(who).is_some_and(|who| who.is == WhoIs::Petitioner)
}

fn name<'p>(procedure: &'p Procedure, who: &'p str) -> &'p str {
    procedure.who.get(who).map_or(who, |role| role.name.as_str())
}
