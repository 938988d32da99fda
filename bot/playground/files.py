"""Files that people or the bot sent, in memory."""

import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.playground.errors import ApiError, Json, bad

UPLOAD_MAX = 50 * 1024 * 1024
DOWNLOAD_MAX = 20 * 1024 * 1024
FOLDERS = {"photo": "photos", "voice": "voice", "document": "documents", "sticker": "stickers"}
IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8")


@dataclass(frozen=True)
class Upload:
    """A file as it came in a request."""

    name: str
    content: bytes
    mime: str = ""


@dataclass(frozen=True)
class Kept:
    """A file as the server keeps it; `path` is what follows `/file/bot<token>/`."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    content: bytes

    def reference(self) -> Json:
        """The fields that every file object shares."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


class Files:
    """All files by id and by path."""

    def __init__(self) -> None:
        self.by_id: dict[str, Kept] = {}

    def keep(self, kind: str, upload: Upload) -> Kept:
        """Take a file in. Raises ApiError when it is empty, too big, or a photo that is none."""
        if not upload.content:
            raise bad("file must be non-empty")
        if len(upload.content) > UPLOAD_MAX:
            raise ApiError(413, "Request Entity Too Large")
        if kind == "photo" and not upload.content.startswith(IMAGE_STARTS):
            raise bad("IMAGE_PROCESS_FAILED")
        mime = mimetypes.guess_type(upload.name)[0] or upload.mime or "application/octet-stream"
        suffix = PurePosixPath(upload.name).suffix.lower() or mimetypes.guess_extension(mime) or ""
        path = f"{FOLDERS[kind]}/file_{len(self.by_id)}{suffix if suffix.isascii() else ''}"
        kept = Kept(
            secrets.token_urlsafe(48),
            secrets.token_urlsafe(12),
            path,
            PurePosixPath(upload.name).name,
            mime,
            upload.content,
        )
        self.by_id[kept.file_id] = kept
        return kept

    def get(self, file_id: str) -> Kept:
        """The file of this id. Raises ApiError when there is none."""
        if file_id not in self.by_id:
            raise bad("wrong file identifier/HTTP URL specified")
        return self.by_id[file_id]

    def at(self, path: str) -> Kept | None:
        """The file that is downloaded under this path."""
        return next((one for one in self.by_id.values() if one.path == path), None)


def shape(kind: str, kept: Kept) -> object:
    """The file as the Message field of its kind shows it. Sizes of pictures and length of a voice are nominal."""
    if kind == "photo":
        small = {**kept.reference(), "width": 320, "height": 240}
        return [small, {**kept.reference(), "width": 1280, "height": 960}]
    if kind == "voice":
        return {**kept.reference(), "duration": 3, "mime_type": kept.mime}
    if kind == "sticker":
        return {
            **kept.reference(),
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "type": "regular",
        }
    return {**kept.reference(), "file_name": kept.name, "mime_type": kept.mime}
