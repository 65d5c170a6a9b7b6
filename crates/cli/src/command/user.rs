//! `huiyin user`: an officer and their password, which is read from standard input and has no default; and lost codes.

use std::io::BufRead;

use app::{Doing, NewPassword};
use casework::command::{Actor, DirectoryCommand};
use casework::office::{Login, OfficeCode, Role};
use clap::Subcommand;

use crate::{Data, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Add an officer, or change one; the password is read from standard input (one line).
    Add(Add),
    /// Take an officer's one-time codes away, as when the telephone is lost: they set up new ones at the next sign-in.
    ResetCodes(Named),
    /// Remove the link of an officer to an account of the sign-on server, as when that account is in wrong hands; they are
    /// signed out everywhere and link another after they sign in with their password.
    Unlink(Named),
}

#[derive(clap::Args)]
struct Named {
    /// Sign-in name.
    login: String,
    #[command(flatten)]
    data: Data,
}

#[derive(clap::Args)]
struct Add {
    /// Sign-in name.
    login: String,
    /// Name; not needed for an officer who is known already.
    #[arg(long)]
    name: Option<String>,
    /// Office code; not needed for an officer who is known already.
    #[arg(long)]
    office: Option<String>,
    /// Roles, e.g. registrar,petition_chief; not needed for an officer who is known already.
    #[arg(long, value_delimiter = ',', value_parser = role)]
    roles: Vec<Role>,
    #[command(flatten)]
    data: Data,
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
        format!("there are: {}", known.join(", "))
    })
}

impl User {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        match &self.what {
            What::Add(add) => add.run(),
            What::ResetCodes(reset) => {
                let app = reset.data.open_existing()?;
                app.remove_factor(&Login(reset.login.clone())).map_err(|error| error.to_string())?;
                output::say(&format!("{} sets up new one-time codes at the next sign-in", reset.login));
                Ok(())
            }
            What::Unlink(unlink) => {
                let app = unlink.data.open_existing()?;
                app.unlink(&Login(unlink.login.clone())).map_err(|error| error.to_string())?;
                output::say(&format!("{} is linked to no account now, and signed out everywhere", unlink.login));
                Ok(())
            }
        }
    }
}

impl Add {
    fn run(&self) -> Result<(), String> {
        let add = self;
        let app = add.data.open_existing()?;
        let told = |error: app::AppError| error.to_string();
        let login = Login(add.login.clone());
        let mut line = String::new();
        output::say("password (at least 10 characters, one line):");
        std::io::stdin().lock().read_line(&mut line).map_err(|error| format!("no password was read: {error}"))?;
        let password = NewPassword::new(line.trim_end_matches(['\r', '\n'])).map_err(told)?;
        if let (Some(name), Some(office)) = (&add.name, &add.office) {
            let command = DirectoryCommand::Officer {
                login: login.clone(),
                name: name.clone(),
                office: OfficeCode(office.clone()),
                roles: add.roles.clone(),
            };
            let at = now();
            let doing = Doing::live(Actor::Admin, at, format!("user-add/{}/{}", add.login, at.as_microsecond()));
            app.on_directory(&doing, &command).map_err(told)?;
        } else if app.directory().map_err(told)?.officer(&login).is_none() {
            return Err(format!("'{}' is not known yet: give --name, --office and --roles", add.login));
        }
        app.set_password(&login, &password).map_err(told)?;
        output::say(&format!("{} can sign in", add.login));
        Ok(())
    }
}
