package dev.varve.core.rootfs;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Reads a directory as an image's files. Symbolic links are not followed. Files that an image can't
 * contain (sockets, and names or devices that layers read as whiteouts), and files outside the
 * {@link Boundary}, are left out with a notice. Contents are read in place and must not change
 * while the tree is in use.
 */
public final class DirectoryTree {
  private final Path root;
  private final byte[] rootBytes;
  private final Set<String> mountPoints;
  private final LeftOut leftOut;
  private final Progress progress;
  private final String name;
  private final Libc libc;
  private final FileTree.Builder tree = new FileTree.Builder();
  private final Map<FileKey, Inode> linked = new HashMap<>();
  private final Map<Xattrs, Xattrs> xattrs = new HashMap<>();
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
    this.libc = Libc.load();
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
    if (!Files.isDirectory(root)) {
      throw new IOException(
          "reading "
              + root
              + ": "
              + (Files.exists(root) ? "it is not a directory" : "there is no such directory"));
    }
    DirectoryTree reading = new DirectoryTree(root.toRealPath(), name, boundary, prune, progress);
    reading.walk();
    reading.leftOut.report(progress);
    reading.hash();
    return reading.tree.build();
  }

  private void walk() throws IOException {
    progress.begin("listing the files of " + name, 0);
    add("", root);
    Deque<String> todo = new ArrayDeque<>(List.of(""));
    while (!todo.isEmpty()) {
      String directory = todo.pop();
      list(directory)
          .forEach(
              (path, isDirectory) -> {
                if (isDirectory) {
                  todo.push(path);
                }
              });
    }
  }

  /**
   * Adds the files of a directory; returns the paths, in order, and whether each is a directory.
   */
  private Map<String, Boolean> list(String directory) throws IOException {
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
    Map<String, Boolean> kinds = new TreeMap<>();
    for (Map.Entry<String, Path> child : children.entrySet()) {
      if (!leftOut.includes(child.getKey())) {
        kinds.put(child.getKey(), add(child.getKey(), child.getValue()));
      }
    }
    return kinds;
  }

  /** Adds a file; returns whether it is a directory whose files must be added too. */
  private boolean add(String path, Path file) throws IOException {
    try {
      FileStatus status = FileStatus.of(file);
      boolean isDirectory = status.type() == FileStatus.DIRECTORY;
      boolean isMountPoint = mountPoints.contains(path);
      if (isMountPoint) {
        leftOut.mounted(path);
      }
      Optional<String> unfit = unfit(path, status);
      if (unfit.isPresent()) {
        progress.notice(shown(root, path) + " " + unfit.get() + ": left out");
        return false;
      } else if (isMountPoint && !isDirectory) {
        return false;
      } else if (isDirectory || status.links() < 2) {
        tree.put(path, inode(path, status));
      } else {
        FileKey key = new FileKey(status.device(), status.inode());
        Inode known = linked.get(key);
        Inode inode = known != null ? known : inode(path, status);
        linked.put(key, inode);
        tree.put(path, inode);
      }
      return isDirectory && !isMountPoint;
    } catch (AccessDeniedException e) {
      throw denied(root, path, e);
    } catch (NoSuchFileException e) {
      // An overlay lists whiteouts in a directory that exists in no lower layer.
      progress.notice(shown(root, path) + " is listed, but does not exist: left out");
      return false;
    } catch (Libc.ErrnoException e) {
      throw e.isPermission()
          ? denied(root, path, e)
          : new IOException("reading " + shown(root, path) + ": " + e.getMessage(), e);
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
        String target = LosslessUtf8.decode(libc.linkTarget(cPath));
        yield Inode.symlink(is.mode(), is.uid(), is.gid(), is.mtime(), found, target);
      }
      case FileStatus.REGULAR -> {
        FileContent content = new FileContent(root, path, is.size());
        contents.add(content);
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
    byte[] names = libc.attributeNames(cPath);
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
        byte[] value = libc.attribute(cPath, Arrays.copyOfRange(names, start, end + 1));
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
