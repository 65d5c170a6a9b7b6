//! Why a file is not taken, told to whoever sent it, with what to do.

/// Why a file is not taken. The message is for the person who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No byte in it.
    #[error("文件是空的，请重新选一次")]
    Empty,
    /// More bytes than are taken.
    #[error("文件超过 10 MB；照片请缩小后再传，文档请分成几份")]
    TooLarge,
    /// A picture in a format of telephones that is not read here.
    #[error(
        "这是 HEIC 格式的照片，这里读不了；请在手机相机的“格式”里选“兼容性最佳”后重拍，或者给照片截一张图，再传截图"
    )]
    Heic,
    /// A picture of another kind.
    #[error("图片只收 JPEG、PNG、WebP；请另存为其中一种，或者截一张图再传")]
    OtherPicture,
    /// A document of old office programs, or one with a password: both look alike from outside.
    #[error("旧格式或者加了密码的 Office 文件不收；请去掉密码，另存为 docx、xlsx 或者 PDF 再传")]
    OldOffice,
    /// None of the kinds that are taken.
    #[error("只收照片（JPEG、PNG、WebP）、PDF、docx、xlsx 和纯文字；录音录像和压缩包请送到窗口")]
    Unknown,
    /// A picture that cannot be read.
    #[error("这张图片打不开，可能没有传完或者已经损坏；请重新拍照或者截图再传")]
    BrokenPicture,
    /// More pixels than are read.
    #[error("图片太大（超过 5000 万像素）；请缩小后再传")]
    TooManyPixels,
    /// A picture of several pictures.
    #[error("会动的图片不收，只留一幅会丢掉其余的；请截图后一幅一幅地传")]
    Moves,
    /// A PDF that cannot be read.
    #[error("这份 PDF 打不开，可能没有传完或者已经损坏；请重新导出，或者拍成照片再传")]
    BrokenPdf,
    /// A PDF with a password, or that allows only some things.
    #[error("这份 PDF 加了密码或者限制；请去掉密码和限制后再传")]
    PdfLocked,
    /// A PDF that does something when it is opened.
    #[error("这份 PDF 里有会自动运行的内容；请用“打印为 PDF”重新导出再传")]
    PdfActive,
    /// A PDF with files in it.
    #[error("这份 PDF 里还夹着别的文件或者音像；请把它们取出来单独传，再用“打印为 PDF”重新导出")]
    PdfCarries,
    /// A document that cannot be read.
    #[error("这份文档打不开，可能没有传完或者已经损坏；请重新保存，或者另存为 PDF 再传")]
    BrokenOffice,
    /// A document with a program in it.
    #[error("这份文档里有宏（程序）；请另存为不带宏的 docx、xlsx 或者 PDF 再传")]
    Macros,
    /// A document with files in it.
    #[error("这份文档里嵌着别的文件；请把它们单独保存再传，或者把文档另存为 PDF")]
    OfficeCarries,
    /// A document that fetches something from elsewhere when it is opened.
    #[error("这份文档打开时要从别处取内容；请另存为 PDF 再传")]
    LinksElsewhere,
    /// A document that grows far beyond its size when it is opened.
    #[error("这份文档解开后太大；请分成几份，或者另存为 PDF 再传")]
    Swells,
    /// Something else stands before or behind the document.
    #[error("这个文件里除了文档还有别的内容；请重新导出再传")]
    Double,
}
