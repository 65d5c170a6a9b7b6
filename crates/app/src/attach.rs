//! Files of a matter: looked at for malware, made fit to be kept, encrypted and written with the events that bring them;
//! and opened again for whoever the matter opens to.

use std::sync::PoisonError;

use attachments::{Clamd, FILE_BYTES_MAX, Kind, Verdict};
use casework::act::{self, FILES_MAX};
use casework::command::{self, Actor, MatterCommand, NewFile};
use casework::event::{AttachedFile, Stream};
use casework::matter::{Attachment, Matter};
use casework::read::Under;
use casework::refusal::Refusal;
use jiff::Timestamp;
use store::StoreError;

use crate::App;
use crate::error::AppError;
use crate::perform::{Doing, Done, Loaded, TRIES, command_id};
use crate::show::{Reader, identity};

/// A file as somebody sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its name where it comes from.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What somebody wishes for the files they send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// That what tells who made them is taken out. Where somebody is complained of it always is.
    pub strip: bool,
    /// That offices alone may look at them.
    pub inner: bool,
}

/// A file of a matter as a page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentShown {
    /// Which, from 1.
    pub number: usize,
    /// Its name, or 材料1.jpg where names are sealed for the reader.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How many bytes.
    pub bytes: u64,
    /// When it came.
    pub at: Timestamp,
    /// What tells who made it was taken out.
    pub stripped: bool,
    /// Offices alone may look at it.
    pub inner: bool,
}

/// A file, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentOpened {
    /// Its name, or 材料1.jpg where names are sealed for the reader.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The id of the command that attaches these files: the same form sent twice gives the same, with other files another.
pub fn upload_id(who: &str, key: &str, files: &[Upload]) -> String {
    let each = files.iter().map(|file| format!("{}\u{1f}{}", file.name, store::content_hash(&file.bytes)));
    command_id(who, key, &each.collect::<Vec<_>>().join("\u{1f}"))
}

impl App {
    /// Has every file looked at by clamd before it is kept.
    #[must_use]
    pub fn with_clamd(mut self, clamd: Clamd) -> App {
        self.clamd = Some(clamd);
        self
    }

    /// Attaches files to a matter, all of them or none. To whom the matter is hidden, it does not exist.
    ///
    /// # Errors
    /// A refusal, a file that is not taken, a scanner that does not answer, or the store's failure.
    pub fn attach(
        &self,
        doing: &Doing,
        reader: &Reader,
        reference: &str,
        files: Vec<Upload>,
        wish: Wish,
    ) -> Result<Done, AppError> {
        let (loaded, _) = self.open_for(reader, reference, doing.recorded)?;
        let id = loaded.matter.id.clone();
        if let Some(stream) = self.store.done(&doing.command)? {
            return Ok(Done::Before(stream));
        }
        self.authorise(&doing.actor, casework::verb::Verb::Supplement.word())?;
        self.wake(doing.at, doing.recorded)?;
        let here = loaded.matter.attachments.len();
        if here + files.len() > FILES_MAX {
            return Err(Refusal::TooManyFiles { files_max: FILES_MAX, here }.into());
        }
        let wish = Wish { strip: wish.strip || loaded.matter.is_kept_from_somebody(), ..wish };
        let stream = Stream::Matter(id.clone());
        let made: Result<Vec<_>, _> = files.into_iter().map(|file| self.made_ready(&stream, file, wish)).collect();
        let (files, bytes): (Vec<NewFile>, Vec<Vec<u8>>) = made?.into_iter().unzip();
        let command = MatterCommand::Attach { files };
        for _ in 0..TRIES {
            let loaded = self.load(&id)?;
            match self.attempt_to_attach(doing, &loaded, &command, bytes.clone()) {
                Err(AppError::Store(StoreError::Conflict(_))) => {}
                Err(AppError::Store(StoreError::Repeated(_))) => return Ok(Done::Before(stream)),
                Err(error) => return Err(error),
                Ok(()) => return Ok(Done::Now(stream)),
            }
        }
        Err(StoreError::Conflict(id.0).into())
    }

    /// One file: looked at, made fit, encrypted.
    fn made_ready(&self, stream: &Stream, file: Upload, wish: Wish) -> Result<(NewFile, Vec<u8>), AppError> {
        let name = plain_name(&file.name);
        let refused = |why: String| AppError::File { name: name.clone(), why };
        // Before anybody else has to read it.
        if file.bytes.len() > FILE_BYTES_MAX {
            return Err(refused(attachments::Unfit::TooLarge.to_string()));
        }
        if let Some(clamd) = &self.clamd {
            match clamd.scan(&file.bytes).map_err(|error| AppError::Scanner(error.to_string()))? {
                Verdict::Clean => {}
                Verdict::Found(found) => {
                    let why =
                        format!("查出病毒（{found}），没有收下；请换一台干净的电脑或者手机，或者拍成照片再传");
                    return Err(refused(why));
                }
            }
        }
        let fit = {
            // A picture takes hundreds of megabytes while it is read: one at a time.
            let _alone = self.fitting.lock().unwrap_or_else(PoisonError::into_inner);
            attachments::fit(&file.bytes, wish.strip).map_err(|unfit| refused(unfit.to_string()))?
        };
        let sealed = self.store.seal_file(stream, &fit.bytes)?;
        let known = AttachedFile {
            kind: fit.kind.word().to_owned(),
            bytes: fit.bytes.len() as u64,
            digest: sealed.digest,
            stripped: fit.stripped,
            inner: wish.inner,
        };
        Ok((NewFile { name, key: sealed.key, file: known }, sealed.bytes))
    }

    fn attempt_to_attach(
        &self,
        doing: &Doing,
        loaded: &Loaded,
        command: &MatterCommand,
        files: Vec<Vec<u8>>,
    ) -> Result<(), AppError> {
        let (law, directory) = (self.law(), self.directory()?);
        let matter: &Matter = &loaded.matter;
        let under = Under { procedure: &loaded.procedure, calendar: &law.calendar, directory: &directory };
        let world = loaded.world(&law, &directory, &doing.actor, doing.at);
        let made = act::act(&world, command)?;
        self.submit_with(doing.context(), Some(matter), &under, &loaded.hash, made, files)?.wait()
    }

    /// The files of a matter that a reader may look at.
    pub(crate) fn attachments_shown(
        &self,
        reader: &Reader,
        actor: &Actor,
        loaded: &Loaded,
        told: bool,
    ) -> Result<Vec<AttachmentShown>, AppError> {
        let mut shown = Vec::new();
        let others = self.files_of_others(actor, loaded)?;
        for (number, attachment) in (1..).zip(&loaded.matter.attachments) {
            let Some(kind) = Kind::from_word(&attachment.file.kind)
                .filter(|_| may_look(reader, attachment) && !others.contains(&attachment.event))
            else {
                continue;
            };
            let (name, _) = self.name_and_key(loaded, attachment)?;
            shown.push(AttachmentShown {
                number,
                name: name_for(name, number, kind, told),
                kind,
                bytes: attachment.file.bytes,
                at: attachment.at,
                stripped: attachment.file.stripped,
                inner: attachment.file.inner,
            });
        }
        Ok(shown)
    }

    /// A file of a matter, through the door of the matter itself.
    ///
    /// # Errors
    /// [`Refusal::NoSuchMatter`] where the reader may not look at it, it is erased, or there is none; the store fails.
    pub fn attachment(
        &self,
        reader: &Reader,
        reference: &str,
        number: usize,
        now: Timestamp,
    ) -> Result<AttachmentOpened, AppError> {
        let (loaded, actor) = self.open_for(reader, reference, now)?;
        let others = self.files_of_others(&actor, &loaded)?;
        let attachment = number.checked_sub(1).and_then(|index| loaded.matter.attachments.get(index));
        let theirs =
            |attachment: &&Attachment| may_look(reader, attachment) && !others.contains(&attachment.event);
        let attachment = attachment.filter(theirs);
        let attachment = attachment.ok_or(Refusal::NoSuchMatter)?;
        let (Some(kind), (name, Some(key))) =
            (Kind::from_word(&attachment.file.kind), self.name_and_key(&loaded, attachment)?)
        else {
            return Err(Refusal::NoSuchMatter.into());
        };
        let stream = Stream::Matter(loaded.matter.id.clone());
        let bytes = self.store.file(&stream, attachment.event, &key)?;
        let gone = || StoreError::Damaged(format!("the file of {stream} version {} is gone", attachment.event));
        let bytes = bytes.ok_or_else(gone)?.to_vec();
        let told = identity::is_told(reader, &loaded.matter, now);
        Ok(AttachmentOpened { name: name_for(name, number, kind, told), kind, bytes })
    }

    /// The events that brought files of others, where the reader is one of several people: each sees their own, and what
    /// offices added.
    fn files_of_others(&self, actor: &Actor, loaded: &Loaded) -> Result<Vec<u64>, AppError> {
        let Some(person) = actor.person().filter(|_| loaded.matter.is_joint()) else { return Ok(Vec::new()) };
        let events = self.store.events(&Stream::Matter(loaded.matter.id.clone()), 0)?;
        let of_other = |by: &str| command::person_of(by).is_some_and(|by| by != person);
        Ok(events.iter().filter(|event| of_other(&event.actor)).map(|event| event.version).collect())
    }

    /// What is sealed of a file; none where its party is erased.
    fn name_and_key(
        &self,
        loaded: &Loaded,
        attachment: &Attachment,
    ) -> Result<(Option<String>, Option<String>), AppError> {
        let stream = Stream::Matter(loaded.matter.id.clone());
        let words = self.store.words(&stream, attachment.event)?;
        // Sealed under the key of whoever brought it.
        let mut fields = words.into_iter().next().map(|words| words.fields).unwrap_or_default();
        Ok((fields.remove("file_name"), fields.remove("key")))
    }
}

fn may_look(reader: &Reader, attachment: &Attachment) -> bool {
    matches!(reader, Reader::Officer(Actor::Officer { .. })) || !attachment.file.inner
}

/// A name as it is kept: without folders, without what cannot be seen, not longer than pages show.
fn plain_name(given: &str) -> String {
    const CHARACTERS_MAX: usize = 100;
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks that turn the direction of writing make photo.exe of what is none.
    let seen = |c: &char| {
        !c.is_control() && !matches!(u32::from(*c), 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F)
    };
    let name: String = last.chars().filter(seen).collect();
    let name = name.trim().trim_start_matches('.');
    name.chars().rev().take(CHARACTERS_MAX).collect::<Vec<_>>().into_iter().rev().collect()
}

/// The name a reader is told: names that people give tell who they are. It ends as what the file is.
fn name_for(name: Option<String>, number: usize, kind: Kind, told: bool) -> String {
    let name = name.filter(|name| told && !name.is_empty()).unwrap_or_else(|| format!("材料{number}"));
    let (stem, ending) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).unwrap_or((&name, ""));
    let is_same =
        ending.eq_ignore_ascii_case(kind.word()) || (kind == Kind::Jpeg && ending.eq_ignore_ascii_case("jpeg"));
    match ending {
        "" => format!("{name}.{}", kind.word()),
        _ if is_same => name,
        // What was sent in another form is named as what it became.
        "webp" | "WEBP" => format!("{stem}.{}", kind.word()),
        _ => format!("{name}.{}", kind.word()),
    }
}

/// Bytes as a person reads them: 820 KB, 1.2 MB.
pub(crate) fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} 字节"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes & 0xF_FFFF) * 10) >> 20),
    }
}

impl AttachmentShown {
    /// Its kind and size: 图片，1.2 MB.
    pub fn about(&self) -> String {
        format!("{}，{}", self.kind.name(), size_in_words(self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_plain_and_told_by_what_the_file_is() {
        assert_eq!(plain_name("C:\\Users\\张三\\欠条.jpg"), "欠条.jpg");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("a\u{202e}gpj.exe\n"), "agpj.exe");
        assert_eq!(plain_name(&"长".repeat(500)).chars().count(), 100);
        let named = |name: &str, kind, told| name_for(Some(name.to_owned()), 3, kind, told);
        assert_eq!(named("欠条.JPG", Kind::Jpeg, true), "欠条.JPG");
        assert_eq!(named("截图.webp", Kind::Png, true), "截图.png");
        assert_eq!(named("agpj.exe", Kind::Jpeg, true), "agpj.exe.jpg");
        assert_eq!(named("张三的欠条.jpg", Kind::Jpeg, false), "材料3.jpg");
        assert_eq!(name_for(None, 1, Kind::Text, true), "材料1.txt");
    }

    #[test]
    fn sizes_are_told_in_words() {
        assert_eq!(size_in_words(12), "12 字节");
        assert_eq!(size_in_words(820 * 1024), "820 KB");
        assert_eq!(size_in_words(1_300_000), "1.2 MB");
    }
}
