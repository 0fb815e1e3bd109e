package dev.varve.core.delta;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.tardiff.SourceFile;
import dev.varve.core.tardiff.SourceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of an old image in a directory. Symbolic links are not followed, neither inside the
 * directory nor out of it.
 *
 * @param root the directory, without symbolic links
 */
record DirectoryOldImage(Path root, String reference) implements OldImage {
  private static final String ETC = "etc/";

  /** Where the image's configuration is in a booted system: /etc belongs to the machine. */
  private static final String IMAGE_ETC = "usr/etc";

  @Override
  public boolean isSourceOf(Delta delta) throws IOException {
    for (Map.Entry<String, Digest> sample : delta.samples().entrySet()) {
      Path file = root.resolve(located(sample.getKey()));
      if (!isFile(file) || !digest(file).equals(sample.getValue())) {
        return false;
      }
    }
    return !delta.samples().isEmpty();
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = new DigestInputStream(FileInput.open(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Digest.of(sha256);
  }

  @Override
  public SourceFiles files(Set<Digest> kept) {
    return this::open;
  }

  private SourceFile open(String path) throws IOException {
    Path file = root.resolve(located(path));
    if (!isFile(file)) {
      throw new NoSuchFileException("/" + path, null, "no such file in " + reference);
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return new OpenFile(channel, file, channel.size());
  }

  private String located(String path) throws IOException {
    return path.startsWith(ETC)
            && Lookup.isDirectory(root.resolve(IMAGE_ETC), LinkOption.NOFOLLOW_LINKS)
        ? IMAGE_ETC + path.substring(ETC.length() - 1)
        : path;
  }

  private static boolean isFile(Path file) throws IOException {
    return Lookup.isFile(file, LinkOption.NOFOLLOW_LINKS)
        && file.toRealPath().equals(file.normalize());
  }

  @Override
  public Optional<BlobSource> layer(Descriptor blob) {
    return Optional.empty();
  }

  @Override
  public void close() {}

  private record OpenFile(FileChannel channel, Path file, long size) implements SourceFile {
    @Override
    public int read(long position, byte[] buffer, int offset, int length) throws IOException {
      return PositionedReads.read(channel, file, position, buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
