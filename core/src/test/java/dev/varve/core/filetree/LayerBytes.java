package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarWriter;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Makes a layer's tar entry by entry, for tests. */
public final class LayerBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(out);

  /** Adds a regular file of mode 0644. */
  public LayerBytes file(String path, String content) {
    return file(path, content, Xattrs.EMPTY);
  }

  /** Adds a regular file with extended attributes. */
  public LayerBytes file(String path, String content, Xattrs xattrs) {
    return file(path, content.getBytes(UTF_8), 0, xattrs);
  }

  /** Adds a regular file with a modification time, in seconds since the epoch. */
  public LayerBytes file(String path, byte[] content, long mtime, Xattrs xattrs) {
    TarEntry entry =
        new TarEntry(
            path, TarEntry.Type.FILE, 0644, 0, 0, content.length, mtime, 0, "", xattrs, 0, 0);
    try {
      tar.add(entry, new ByteArrayInputStream(content));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** Adds a directory of mode 0755. */
  public LayerBytes directory(String path) {
    return add(path, TarEntry.Type.DIRECTORY, 0755, "");
  }

  /** Adds a directory of another mode. */
  public LayerBytes directory(String path, int mode) {
    return add(path, TarEntry.Type.DIRECTORY, mode, "");
  }

  /** Adds a symbolic link. */
  public LayerBytes symlink(String path, String target) {
    return add(path, TarEntry.Type.SYMLINK, 0777, target);
  }

  /** Adds a hard link. */
  public LayerBytes link(String path, String target) {
    return add(path, TarEntry.Type.HARD_LINK, 0644, target);
  }

  /** Adds a whiteout for a path of the layers below. */
  public LayerBytes whiteout(String path) {
    String parent = FileTree.parent(path);
    String name = path.substring(parent.isEmpty() ? 0 : parent.length() + 1);
    return file((parent.isEmpty() ? "" : parent + "/") + ".wh." + name, "");
  }

  /** Adds an opaque whiteout, which hides the files of the layers below in the directory. */
  public LayerBytes opaque(String path) {
    return file(path.isEmpty() ? ".wh..wh..opq" : path + "/.wh..wh..opq", "");
  }

  /** Adds an entry without content. */
  public LayerBytes add(String path, TarEntry.Type type, int mode, String target) {
    return add(new TarEntry(path, type, mode, 0, 0, 0, 0, 0, target, Xattrs.EMPTY, 0, 0));
  }

  /** Adds an entry without content. */
  public LayerBytes add(TarEntry entry) {
    try {
      tar.add(entry);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** Returns the tar. */
  public byte[] toBytes() {
    try {
      tar.finish();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  /** Corrects the checksums of all headers: readers then report the other damage. */
  static void fixChecksums(byte[] tar) {
    for (int at = 0; at + 512 <= tar.length; at += 512) {
      if (tar[at + 257] != 'u' || tar[at + 258] != 's') {
        continue;
      }
      Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
      int sum = 0;
      for (int i = at; i < at + 512; i++) {
        sum += tar[i] & 0xFF;
      }
      byte[] text = "%06o\0 ".formatted(sum).getBytes(ISO_8859_1);
      System.arraycopy(text, 0, tar, at + 148, 8);
    }
  }
}
