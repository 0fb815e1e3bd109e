package dev.varve.core.rootfs;

import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.LayerTar;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Reads a directory as an image's files. Symbolic links are not followed. Files that an image can't
 * contain (sockets, and names or devices that layers read as whiteouts), and files outside the
 * {@link Boundary}, are left out with a notice. Contents are read in place and must not change
 * while the tree is in use.
 */
public final class DirectoryTree {
  /** The directories whose files are found before they are added to the tree. */
  private static final int LISTED_AT_ONCE = 1 << 10;

  private final Path root;
  private final byte[] rootBytes;
  private final Set<String> mountPoints;
  private final LeftOut leftOut;
  private final Progress progress;
  private final String name;
  private final ThreadLocal<Libc> libc;
  private final FileTree.Builder tree = new FileTree.Builder();
  private final Map<FileKey, Inode> linked = new HashMap<>();
  private final Map<Xattrs, Xattrs> xattrs = new ConcurrentHashMap<>();
  private final List<FileContent> contents = new ArrayList<>();

  private record FileKey(long device, long inode) {}

  private DirectoryTree(
      Path root, String name, Boundary boundary, Set<String> prune, Progress progress)
      throws IOException {
    this.root = root;
    this.name = name;
    this.rootBytes = RawPath.bytes(root);
    this.mountPoints =
        boundary.oneFileSystem() ? MountTable.read().namesBelow(rootBytes) : Set.of();
    this.leftOut = LeftOut.of(root, boundary.leftOut(), prune);
    this.progress = progress;
    this.libc = Libc.forEachThread();
  }

  /**
   * Reads a directory. All files are read once, in parallel, for their digests.
   *
   * @param prune paths to leave out with everything below, without reading them
   * @throws AccessDeniedException if this user may not read a file
   */
  public static FileTree read(Path root, Boundary boundary, Set<String> prune, Progress progress)
      throws IOException {
    return read(root, root.toString(), boundary, prune, progress);
  }

  /** Reads a directory with another name in messages. */
  static FileTree read(
      Path root, String name, Boundary boundary, Set<String> prune, Progress progress)
      throws IOException {
    if (!Lookup.isDirectory(root)) {
      throw new IOException(
          "reading "
              + root
              + ": "
              + (Lookup.exists(root) ? "it is not a directory" : "there is no such directory"));
    }
    DirectoryTree reading = new DirectoryTree(root.toRealPath(), name, boundary, prune, progress);
    reading.walk();
    reading.leftOut.report(progress);
    reading.hash();
    return reading.tree.build();
  }

  /** Lists the directories of one depth after the other, several at a time. */
  private void walk() throws IOException {
    progress.begin("listing the files of " + name, 0);
    List<String> directories = add(List.of(found("", root)));
    while (!directories.isEmpty()) {
      List<String> below = new ArrayList<>();
      for (int i = 0; i < directories.size(); i += LISTED_AT_ONCE) {
        int end = Math.min(i + LISTED_AT_ONCE, directories.size());
        for (List<Found> files : Parallel.map(directories.subList(i, end), this::list)) {
          below.addAll(add(files));
        }
      }
      directories = below;
    }
  }

  /**
   * A file that was found.
   *
   * @param status empty if the file vanished
   * @param unfit the reason why an image can't contain the file, if any
   * @param inode empty if the file is left out
   */
  private record Found(
      String path, Optional<FileStatus> status, Optional<String> unfit, Optional<Inode> inode) {}

  /** Returns the files of a directory, sorted by name. Thread-safe. */
  private List<Found> list(String directory) throws IOException {
    TreeMap<String, Path> children = new TreeMap<>();
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(RawPath.resolve(root, directory))) {
      for (Path child : stream) {
        String name = RawPath.name(child);
        children.put(directory.isEmpty() ? name : directory + "/" + name, child);
      }
    } catch (AccessDeniedException e) {
      throw denied(root, directory, e);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    List<Found> files = new ArrayList<>();
    for (Map.Entry<String, Path> child : children.entrySet()) {
      if (!leftOut.includes(child.getKey())) {
        files.add(found(child.getKey(), child.getValue()));
      }
    }
    return files;
  }

  private Found found(String path, Path file) throws IOException {
    try {
      FileStatus status = FileStatus.of(file);
      Optional<String> unfit = unfit(path, status);
      boolean isMountedFile = mountPoints.contains(path) && status.type() != FileStatus.DIRECTORY;
      return new Found(
          path,
          Optional.of(status),
          unfit,
          unfit.isPresent() || isMountedFile ? Optional.empty() : Optional.of(inode(path, status)));
    } catch (AccessDeniedException e) {
      throw denied(root, path, e);
    } catch (NoSuchFileException e) {
      return new Found(path, Optional.empty(), Optional.empty(), Optional.empty());
    } catch (Libc.ErrnoException e) {
      throw e.isPermission()
          ? denied(root, path, e)
          : new IOException("reading " + shown(root, path) + ": " + e.getMessage(), e);
    }
  }

  /** Adds files to the tree; returns those that are directories to be listed. */
  private List<String> add(List<Found> files) {
    List<String> directories = new ArrayList<>();
    for (Found file : files) {
      boolean isMountPoint = mountPoints.contains(file.path());
      if (isMountPoint) {
        leftOut.mounted(file.path());
      }
      if (file.unfit().isPresent()) {
        progress.notice(shown(root, file.path()) + " " + file.unfit().get() + ": left out");
      } else if (file.status().isEmpty()) {
        // An overlay lists whiteouts in a directory that exists in no lower layer.
        progress.notice(shown(root, file.path()) + " is listed, but does not exist: left out");
      } else if (file.inode().isPresent()) {
        add(file.path(), file.status().get(), file.inode().get());
        if (file.inode().get().isDirectory() && !isMountPoint) {
          directories.add(file.path());
        }
      }
    }
    return directories;
  }

  private void add(String path, FileStatus status, Inode inode) {
    boolean isLinked = !inode.isDirectory() && status.links() > 1;
    Inode known =
        isLinked ? linked.putIfAbsent(new FileKey(status.device(), status.inode()), inode) : null;
    tree.put(path, known != null ? known : inode);
    if (known == null && inode.content().orElse(null) instanceof FileContent content) {
      contents.add(content);
    }
  }

  /** Returns the reason why an image can't contain a file, if any. */
  private static Optional<String> unfit(String path, FileStatus status) {
    if (status.type() == FileStatus.SOCKET) {
      return Optional.of("is a socket, which an image can't contain");
    }
    if (LayerTar.isReserved(path)) {
      return Optional.of("has a name that is a whiteout in a layer");
    }
    boolean isWhiteout =
        status.type() == FileStatus.CHARACTER_DEVICE
            && status.number().equals(new Inode.Device(0, 0));
    return isWhiteout
        ? Optional.of("is an overlay's whiteout instead of a file")
        : Optional.empty();
  }

  private Inode inode(String path, FileStatus is) throws IOException {
    byte[] cPath = cPath(path);
    Xattrs found = xattrs(cPath);
    return switch (is.type()) {
      case FileStatus.DIRECTORY ->
          Inode.directory(is.mode(), is.uid(), is.gid(), is.mtime(), found);
      case FileStatus.SYMLINK -> {
        String target = LosslessUtf8.decode(libc.get().linkTarget(cPath));
        yield Inode.symlink(is.mode(), is.uid(), is.gid(), is.mtime(), found, target);
      }
      case FileStatus.REGULAR -> {
        FileContent content = new FileContent(root, path, is.size());
        yield Inode.file(is.mode(), is.uid(), is.gid(), is.mtime(), found, content);
      }
      case FileStatus.CHARACTER_DEVICE -> special(Inode.Kind.CHARACTER_DEVICE, is, found);
      case FileStatus.BLOCK_DEVICE -> special(Inode.Kind.BLOCK_DEVICE, is, found);
      case FileStatus.FIFO -> special(Inode.Kind.FIFO, is, found);
      default ->
          throw new IOException(
              "reading %s: its type is unknown: mode 0%o".formatted(shown(root, path), is.mode()));
    };
  }

  private static Inode special(Inode.Kind kind, FileStatus is, Xattrs xattrs) {
    Inode.Device number = kind == Inode.Kind.FIFO ? new Inode.Device(0, 0) : is.number();
    return Inode.special(kind, is.mode(), is.uid(), is.gid(), is.mtime(), xattrs, number);
  }

  private Xattrs xattrs(byte[] cPath) throws IOException {
    byte[] names = libc.get().attributeNames(cPath);
    if (names.length == 0) {
      return Xattrs.EMPTY;
    }
    Map<String, byte[]> found = new HashMap<>();
    for (int start = 0; start < names.length; ) {
      int end = start;
      while (names[end] != 0) {
        end++;
      }
      String name = LosslessUtf8.decode(names, start, end - start);
      // Attributes of this host, or invisible to other programs, are not part of an image.
      if (!name.equals("security.selinux") && !name.startsWith("trusted.")) {
        byte[] value = libc.get().attribute(cPath, Arrays.copyOfRange(names, start, end + 1));
        if (value != null) {
          found.put(name, value);
        }
      }
      start = end + 1;
    }
    return xattrs.computeIfAbsent(Xattrs.of(found), each -> each);
  }

  /** Returns a path for a system call: its bytes and a NUL. */
  private byte[] cPath(String path) {
    byte[] below = LosslessUtf8.encode(path);
    byte[] whole = Arrays.copyOf(rootBytes, rootBytes.length + 1 + below.length + 1);
    whole[rootBytes.length] = '/';
    System.arraycopy(below, 0, whole, rootBytes.length + 1, below.length);
    return whole;
  }

  /** Hashes all contents, the largest first, to balance the work of the threads. */
  private void hash() throws IOException {
    progress.begin(
        "reading " + Quantity.of(contents.size(), "file") + " of " + name,
        contents.stream().mapToLong(FileContent::size).sum());
    contents.sort(Comparator.comparingLong(FileContent::size).reversed());
    int stripes = 16 * Parallel.degree();
    Parallel.map(
        IntStream.range(0, stripes).boxed().toList(),
        stripe -> {
          for (int i = stripe; i < contents.size(); i += stripes) {
            contents.get(i).hash(progress);
          }
          return stripe;
        });
  }

  static String shown(Path root, String path) {
    return RawPath.resolve(root, path).toString();
  }

  static AccessDeniedException denied(Path root, String path, IOException cause) {
    AccessDeniedException denied =
        new AccessDeniedException(
            "reading " + shown(root, path),
            null,
            "permission denied; run as root, or for files of your own containers under \"podman"
                + " unshare\"");
    denied.initCause(cause);
    return denied;
  }
}
