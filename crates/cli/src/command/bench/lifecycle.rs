//! Whole lifecycles: filed, transferred, accepted, decided, served, read by the person.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use app::show::Reader;
use app::{App, AppError, Doing, Filing, Receipt, Target};
use casework::command::{Actor, MatterCommand, Person, Register};
use casework::event::{Channel, MatterId};
use casework::office::OfficeCode;
use jiff::Timestamp;

use super::{county, told};
use crate::{now, output};

/// As many as can be done in a while by some threads that share one clerk and one officer.
///
/// # Errors
/// An act is refused.
pub fn run(app: &App, threads: usize, lasting: Duration) -> Result<(), String> {
    let clerk = app.officer_actor(&county::CLERK.into()).map_err(told)?;
    let officer = app.officer_actor(&county::OFFICER.into()).map_err(told)?;
    let begun = Instant::now();
    let done = AtomicU64::new(0);
    let one = || -> Result<(), String> {
        while begun.elapsed() < lasting {
            let receipt = answer(app, &clerk, &officer, now()).map_err(told)?;
            let reader = Reader::Petitioner { code: receipt.code };
            app.matter(&reader, &receipt.reference, now()).map_err(told)?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a thread broke".to_owned())?)
    })?;
    let rate = done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    output::print(&format!("{:<34} {threads:>3} threads {rate:>12.0}/s", "whole lifecycles"));
    Ok(())
}

/// A letter is registered.
///
/// # Errors
/// It is refused.
pub fn file(app: &App, clerk: &Actor, at: Timestamp) -> Result<Receipt, AppError> {
    let register = Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: None,
        channel: Channel::Letter,
        people: 1,
        place: OfficeCode(county::VILLAGE.to_owned()),
        category: "农民工工资".to_owned(),
        summary: "反映拖欠工资".to_owned(),
        text: "在工地做工八个月，工钱没有结清，请求核实处理并书面答复。".to_owned(),
        received: None,
        contact: String::new(),
        petitioner: Some(Person { name: "某某".to_owned(), phone: "13800000000".to_owned() }),
        representatives: Vec::new(),
        accused: Vec::new(),
        accused_officers: Vec::new(),
        accused_people: String::new(),
        respondents: Vec::new(),
        competent: None,
    };
    app.register(&doing(app, clerk, at)?, Filing { register, procedure: None })
}

/// From the letter to the answer, served.
///
/// # Errors
/// An act is refused.
pub fn answer(app: &App, clerk: &Actor, officer: &Actor, at: Timestamp) -> Result<Receipt, AppError> {
    let receipt = file(app, clerk, at)?;
    let target = Target::Reference(receipt.reference.clone());
    let text = || "已经核实，责令十日内支付。".to_owned();
    let acts = [
        (clerk, MatterCommand::Transfer { to: OfficeCode(county::DEPARTMENT.to_owned()) }),
        (officer, MatterCommand::Accept),
        (officer, MatterCommand::Decide { outcome: "supported".to_owned(), text: text(), basis: text() }),
        (
            officer,
            MatterCommand::Serve {
                document: "opinion".to_owned(),
                how: "in_person".to_owned(),
                proof: text(),
                party: None,
            },
        ),
    ];
    for (actor, act) in acts {
        app.act(&doing(app, actor, at)?, &target, &act)?;
    }
    Ok(receipt)
}

fn doing(app: &App, actor: &Actor, at: Timestamp) -> Result<Doing, AppError> {
    let recorded = now();
    let command = format!("bench/{}", app.fresh_id(recorded)?);
    Ok(Doing { at, recorded, ..Doing::live(actor.clone(), at, command) })
}
