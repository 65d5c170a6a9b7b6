//! 延期: more time, once, before the limit, approved by a leader of the organ, with a notice and its reason.

use super::{Made, happened, matter, permission, required};
use crate::clock;
use crate::event::{MatterFact, Sealed};
use crate::office::{Login, Role};
use crate::procedure::{Clock, Extension, WhoIs};
use crate::refusal::Refusal;
use crate::verb::Verb;
use crate::world::World;

pub(super) fn act(world: &World<'_>, days: u16, reason: &str, approved_by: &Login) -> Result<Made, Refusal> {
    let act = permission::permitted(world, Verb::Extend, |_| true)?;
    let extended = act.extends.as_ref().and_then(|clock| world.procedure.clocks.get(clock));
    let Some((clock, extension)) = extended.and_then(|clock| Some((clock, clock.extend.as_ref()?))) else {
        return Err(Refusal::DoneBefore { verb: Verb::Extend, times: 0, cite: permission::cite(world, act) });
    };
    required("延期理由", reason)?;
    check_run(world, clock, extension, days)?;
    check_approver(world, extension, approved_by)?;
    let fact = MatterFact::Extended { days, approved_by: approved_by.clone() };
    happened(world, act, fact, vec![Sealed::first([("reason", reason)])])
}

fn check_run(world: &World<'_>, clock: &Clock, extension: &Extension, days: u16) -> Result<(), Refusal> {
    let cite = || world.procedure.cite(&extension.basis);
    if days == 0 {
        return Err(Refusal::Missing { field: "延期日数" });
    }
    if days > extension.days_max {
        return Err(Refusal::ExtensionTooLong { days, days_max: extension.days_max, cite: cite() });
    }
    let runs = clock::runs_of(world.procedure, world.calendar, matter(world)?);
    let running = runs.iter().find(|run| run.clock.id == clock.id && run.is_running());
    if let Some(run) = running {
        if run.extended_days > 0 {
            return Err(Refusal::DoneBefore { verb: Verb::Extend, times: 1, cite: cite() });
        }
        if run.is_past(world.now) {
            return Err(Refusal::ExtensionTooLate { due: run.due.day, cite: cite() });
        }
    }
    Ok(())
}

fn check_approver(world: &World<'_>, extension: &Extension, login: &Login) -> Result<(), Refusal> {
    let officer = world
        .directory
        .officer(login)
        .ok_or_else(|| Refusal::OfficerUnknown { login: login.0.chars().take(40).collect() })?;
    let leads = match world.procedure.who.get(&extension.approved_by).map(|who| &who.is) {
        Some(WhoIs::LeaderOf(of)) => officer.roles.contains(&Role::Leader) && world.leads(&officer.office, of),
        _ => world.office_of(&extension.approved_by).as_ref() == Some(&officer.office),
    };
    if leads {
        return Ok(());
    }
    Err(Refusal::ApproverNotAllowed {
        login: login.0.clone(),
        who: world.name_of(&extension.approved_by),
        cite: world.procedure.cite(&extension.basis),
    })
}
