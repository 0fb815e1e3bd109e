package dev.varve.core.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A file by which a run claims something on the machine. It is named after its {@link Owner}, and
 * locked while that lives: the kernel drops the lock whatever ends the run, and shows it also to
 * those who can't see its process, such as runs in another container.
 */
public final class Claim implements Closeable {
  /** Belongs to the user of this process. */
  private static final Path SELF = Path.of("/proc/self");

  private final Path file;
  private final FileChannel channel;
  private final String content;

  private Claim(Path file, FileChannel channel, String content) {
    this.file = file;
    this.channel = channel;
    this.content = content;
  }

  /**
   * Makes a claim.
   *
   * @param directory the directory of the file
   * @param kind a word for the claimed thing
   * @param content the claimed thing; not empty
   * @return to be closed, which gives it up
   */
  public static Claim make(Path directory, String kind, String content) throws IOException {
    Path file = Files.createTempFile(directory, Owner.current() + "-" + kind + "-", "");
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    Claim claim = new Claim(file, channel, content);
    try {
      if (lock(channel)) { // before it says anything: an empty one counts for nothing
        channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      }
      return claim;
    } catch (IOException e) {
      claim.close();
      throw e;
    }
  }

  /**
   * Takes the claims of this user that ended runs have left.
   *
   * @param wanted decides by the content
   * @return to be closed, which removes them; until then no other run gets them
   */
  public static List<Claim> abandoned(Path directory, String kind, Predicate<String> wanted) {
    List<Claim> left = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, "varve-*-" + kind + "-*")) {
      for (Path file : files) {
        if (isAbandoned(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          take(file, wanted).ifPresent(left::add);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return left; // what can't be looked at is left where it is
    }
    return left;
  }

  /** Whether a file belongs to this user, and is named after a run that has ended. */
  static boolean isAbandoned(Path path) throws IOException {
    Optional<Owner> owner = Owner.of(path.getFileName().toString());
    return owner.isPresent()
        && !owner.get().isAlive()
        && Files.exists(SELF)
        && Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
            .equals(Files.getAttribute(SELF, "unix:uid", LinkOption.NOFOLLOW_LINKS));
  }

  private static Optional<Claim> take(Path file, Predicate<String> wanted) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    if (lock(channel)) {
      String content =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      if (!content.isEmpty() && wanted.test(content)) {
        return Optional.of(new Claim(file, channel, content));
      }
    }
    channel.close();
    return Optional.empty();
  }

  /** False where somebody else has the lock, and where files can't be locked. */
  private static boolean lock(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Whether the claim is this file. */
  boolean isAt(Path path) {
    return file.equals(path);
  }

  /** Returns the claimed thing. */
  public String content() {
    return content;
  }

  /** Returns the run that made the claim. */
  public Owner owner() {
    return Owner.of(file.getFileName().toString()).orElseThrow();
  }

  /** Gives the claim up. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    channel.close();
  }
}
