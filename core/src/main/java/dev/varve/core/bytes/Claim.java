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
 * A file by which a run claims a resource on the machine. The file is named after its {@link
 * Owner}, and locked while the owner lives: the kernel drops the lock however the run ends, and the
 * lock is visible even to runs that can't see the owner's process, such as runs in another
 * container.
 */
public final class Claim implements Closeable {
  /** A path owned by the user of this process. */
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
   * @param kind a word for the kind of resource
   * @param content the claimed resource; not empty
   * @return the claim; closing it gives it up
   */
  public static Claim make(Path directory, String kind, String content) throws IOException {
    Path file = Files.createTempFile(directory, Owner.current() + "-" + kind + "-", "");
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    Claim claim = new Claim(file, channel, content);
    try {
      if (lock(channel)) { // before writing: an empty claim is ignored
        channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      }
      return claim;
    } catch (IOException e) {
      claim.close();
      throw e;
    }
  }

  /**
   * Takes over this user's claims of ended runs.
   *
   * @param wanted matches the contents of the claims to take
   * @return the claims; closing them removes them, and until then no other run can take them
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
      return left; // unreadable claims stay
    }
    return left;
  }

  /** Removes this user's claims of runs that were killed before they wrote the content. */
  static void removeEmpty(Path directory, String kind) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, "varve-*-" + kind + "-*")) {
      for (Path file : files) {
        if (isAbandoned(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (lock(channel) && channel.size() == 0) {
              Files.deleteIfExists(file);
            }
          }
        }
      }
    }
  }

  /** Returns whether a file belongs to this user, and is named after a run that has ended. */
  static boolean isAbandoned(Path path) throws IOException {
    return isAbandoned(path, path.getFileName().toString());
  }

  /**
   * Returns whether a file belongs to this user, and to a run that has ended.
   *
   * @param name a name that begins with the owner
   */
  static boolean isAbandoned(Path path, String name) throws IOException {
    Optional<Owner> owner = Owner.of(name);
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

  /** Returns false if another process has the lock, or the file system has no locks. */
  private static boolean lock(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Returns whether {@code path} is the claim's file. */
  boolean isAt(Path path) {
    return file.equals(path);
  }

  /** Returns the claimed resource. */
  public String content() {
    return content;
  }

  /** Returns the run that made the claim. */
  public Owner owner() {
    return Owner.of(file.getFileName().toString()).orElseThrow();
  }

  /**
   * Leaves the claim to the next run, as if this one had ended. Does nothing to a claim that was
   * given up.
   */
  void leave() throws IOException {
    channel.close();
  }

  /** Gives up the claim; one whose file can't be removed is left to the next run. */
  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    }
  }
}
