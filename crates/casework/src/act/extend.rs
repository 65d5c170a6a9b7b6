//! 延期: more time, once, before the limit, approved by a leader of the organ, with a notice and its reason.

use super::{Made, happened, matter, permission, required};
use crate::clock::{self, Run};
use crate::event::{MatterFact, Sealed};
use crate::office::{Login, Role};
use crate::procedure::{Extension, WhoIs};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, days: u16, reason: &str, approved_by: &Login) -> Result<Made, Refusal> {
    let permit = permission::permitted(world, Verb::Extend, |_| true)?;
    let act = permit.act;
    let extended = act.extends.as_ref().and_then(|clock| world.procedure.clocks.get(clock));
    let none_left = |times| Refusal::DoneBefore { verb: Verb::Extend, times, cite: permission::cite(world, act) };
    let clock = extended.ok_or_else(|| none_left(0))?;
    let runs = clock::runs_of(world.procedure, world.calendar, matter(world)?);
    let running = runs.iter().filter(|run| run.clock.id == clock.id && run.is_running());
    let running = Run::meant(running, permit.track.as_deref());
    let taken = running.map_or(0, |run| run.extended.len());
    let extension = clock.extend.get(taken).ok_or_else(|| none_left(u32::try_from(taken).unwrap_or(u32::MAX)))?;
    required("延期理由", reason)?;
    let days = days_of(world, extension, days)?;
    if let Some(run) = running.filter(|run| run.is_past(world.now)) {
        return Err(Refusal::ExtensionTooLate { due: run.due.day, cite: world.procedure.cite(&extension.basis) });
    }
    check_approver(world, permit.track.as_deref(), extension, approved_by)?;
    let fact = MatterFact::Extended { days, approved_by: approved_by.clone() };
    happened(world, &permit, fact, vec![Sealed::first([("reason", reason)])])
}

/// How many days are added: as asked, at most what the rung allows. A rung of months is given whole.
fn days_of(world: &World<'_>, extension: &Extension, days: u16) -> Result<u16, Refusal> {
    let Some(days_max) = extension.most.days() else { return Ok(days.max(1)) };
    if days == 0 {
        return Err(Refusal::Missing { field: "延期日数" });
    }
    if days > days_max {
        return Err(Refusal::ExtensionTooLong { days, days_max, cite: world.procedure.cite(&extension.basis) });
    }
    Ok(days)
}

fn check_approver(
    world: &World<'_>,
    track: Option<&str>,
    extension: &Extension,
    login: &Login,
) -> Result<(), Refusal> {
    let officer = world
        .directory
        .officer(login)
        .ok_or_else(|| Refusal::OfficerUnknown { login: login.0.chars().take(40).collect() })?;
    super::recusal::login_not_barred(world, login)?;
    let approving = world.approving(track, &extension.approved_by);
    let leads = match world.procedure.who.get(&extension.approved_by).map(|who| &who.is) {
        Some(WhoIs::LeaderOf(_)) => {
            let led = approving.as_ref();
            officer.roles.contains(&Role::Leader)
                && led.is_some_and(|led| world.directory.is_within(led, &officer.office))
        }
        _ => approving.as_ref() == Some(&officer.office),
    };
    if leads {
        return Ok(());
    }
    Err(Refusal::ApproverNotAllowed {
        login: login.0.clone(),
        who: world.name_with(&extension.approved_by, approving),
        cite: world.procedure.cite(&extension.basis),
    })
}
