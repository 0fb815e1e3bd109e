package dev.varve.core.packages;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.Drift.Attribute;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds attributes that paths have not as packages ship them. If several packages own a path, it
 * may be as any of them ships it.
 */
public final class DriftFinder {
  private static final String CAPABILITY_XATTR = "security.capability";
  private static final String NONE = "none";

  private final FileTree tree;
  private final Accounts users;
  private final Accounts groups;
  private final TreeMap<Integer, EnumMap<Attribute, Found>> found = new TreeMap<>();

  /** The entries that have an attribute as one of their packages ships it. */
  private final EnumMap<Attribute, BitSet> asShipped = new EnumMap<>(Attribute.class);

  /**
   * Creates a finder for an image's files.
   *
   * @throws IOException if the image's lists of users and groups can't be read
   */
  public DriftFinder(FileTree tree) throws IOException {
    this.tree = tree;
    this.users = Accounts.users(tree);
    this.groups = Accounts.groups(tree);
  }

  /** Compares the files of a package. */
  public void add(InstalledPackage installed) {
    for (PackageFile file : installed.files()) {
      int entry = tree.indexOf(tree.resolveParents(file.path()));
      if (entry >= 0) {
        compare(entry, installed, file);
      }
    }
  }

  private void compare(int entry, InstalledPackage installed, PackageFile file) {
    Inode inode = tree.entries().get(entry).inode();
    boolean regular = inode.kind() == Inode.Kind.FILE;
    boolean generated = regular && file.digest().isEmpty();
    if (generated || inode.kind() == Inode.Kind.SYMLINK || !isKind(inode, file)) {
      return; // a file that the package only names, a link, or something else than was shipped
    }
    compareOwner(entry, inode, installed, file);
    if (file.mode().isPresent()) {
      compare(
          entry,
          installed,
          file,
          Attribute.MODE,
          Integer.toOctalString(file.mode().getAsInt() & 07777),
          Integer.toOctalString(inode.mode()));
    }
    if (regular && installed.format() == PackageFormat.RPM) { // the only one that knows
      String shipped = file.capabilities().isEmpty() ? NONE : file.capabilities();
      compare(
          entry, installed, file, Attribute.CAPABILITIES, shipped, capabilities(inode, shipped));
    }
  }

  /** Returns the shipped capabilities if a file has these, and else what can be said of its own. */
  private static String capabilities(Inode inode, String shipped) {
    Optional<byte[]> has = inode.xattrs().get(CAPABILITY_XATTR);
    if (has.isEmpty()) {
      return NONE;
    }
    Optional<byte[]> expected = FileCapabilities.xattr(shipped);
    boolean same =
        expected.map(value -> Arrays.equals(value, has.get())).orElse(!shipped.equals(NONE));
    return same ? shipped : "others";
  }

  /** Returns whether a path is of the kind that was shipped, as far as that is known. */
  private static boolean isKind(Inode inode, PackageFile file) {
    int type = file.mode().orElse(0) & 0170000;
    return type == 0
        || switch (inode.kind()) {
          case FILE -> type == 0100000;
          case DIRECTORY -> type == 0040000;
          case SYMLINK -> type == 0120000;
          case FIFO -> type == 0010000;
          case CHARACTER_DEVICE -> type == 0020000;
          case BLOCK_DEVICE -> type == 0060000;
        };
  }

  private void compareOwner(int entry, Inode inode, InstalledPackage installed, PackageFile file) {
    if (file.user().isEmpty() || file.group().isEmpty()) {
      return;
    }
    var uid = users.id(file.user());
    var gid = groups.id(file.group());
    if (uid.isPresent() && gid.isPresent()) {
      String found =
          uid.getAsLong() == inode.uid() && gid.getAsLong() == inode.gid()
              ? file.user() + ":" + file.group()
              : users.name(inode.uid()) + ":" + groups.name(inode.gid());
      compare(entry, installed, file, Attribute.OWNER, file.user() + ":" + file.group(), found);
    }
  }

  private void compare(
      int entry,
      InstalledPackage installed,
      PackageFile file,
      Attribute attribute,
      String shipped,
      String found) {
    if (shipped.equals(found)) {
      markAsShipped(entry, attribute);
    } else {
      this.found
          .computeIfAbsent(entry, each -> new EnumMap<>(Attribute.class))
          .putIfAbsent(
              attribute,
              new Found(
                  new Drift(
                      tree.entries().get(entry).path(),
                      installed.name(),
                      attribute,
                      shipped,
                      found),
                  file));
    }
  }

  private void markAsShipped(int entry, Attribute attribute) {
    asShipped.computeIfAbsent(attribute, each -> new BitSet()).set(entry);
  }

  private boolean isAsShipped(int entry, Attribute attribute) {
    BitSet entries = asShipped.get(attribute);
    return entries != null && entries.get(entry);
  }

  /** Returns what was found so far, by path. */
  public List<Drift> found() {
    return drifted().map(Found::drift).toList();
  }

  private Stream<Found> drifted() {
    return found.entrySet().stream()
        .flatMap(
            each ->
                each.getValue().values().stream()
                    .filter(found -> !isAsShipped(each.getKey(), found.drift().attribute())));
  }

  /**
   * Returns a copy of the tree with attributes as packages ship them. A file with another content
   * than was shipped keeps its own, which its maker may have chosen; so do capabilities that no
   * package knows of.
   *
   * @param repairs what to restore
   * @param repaired called for each attribute that is restored
   * @throws IOException if a file can't be read
   */
  public FileTree repaired(Set<Repair> repairs, Consumer<Drift> repaired) throws IOException {
    IdentityHashMap<Inode, Inode> inodes = new IdentityHashMap<>();
    for (Found each : drifted().toList()) {
      Inode before = tree.find(each.drift().path()).orElseThrow();
      Optional<Inode> after =
          before.isDirectory() || PackageIndex.Builder.isAsShipped(before, each.file())
              ? repaired(inodes.getOrDefault(before, before), each, repairs)
              : Optional.empty();
      if (after.isPresent()) {
        inodes.put(before, after.get());
        repaired.accept(each.drift());
      }
    }
    return inodes.isEmpty() ? tree : tree.map((path, inode) -> inodes.getOrDefault(inode, inode));
  }

  private Optional<Inode> repaired(Inode inode, Found found, Set<Repair> repairs) {
    PackageFile file = found.file();
    return switch (found.drift().attribute()) {
      case OWNER ->
          repairs.contains(Repair.OWNERS)
              ? Optional.of(
                  inode.ownedBy(
                      users.id(file.user()).orElseThrow(), groups.id(file.group()).orElseThrow()))
              : Optional.empty();
      case MODE ->
          repairs.contains(Repair.MODES)
              ? Optional.of(inode.withMode(file.mode().orElseThrow()))
              : Optional.empty();
      case CAPABILITIES ->
          repairs.contains(Repair.CAPS) && inode.xattrs().get(CAPABILITY_XATTR).isEmpty()
              ? FileCapabilities.xattr(file.capabilities())
                  .map(
                      value ->
                          inode.with(inode.mtime(), inode.xattrs().with(CAPABILITY_XATTR, value)))
              : Optional.empty();
    };
  }

  /** A drift, and the file as its package ships it. */
  private record Found(Drift drift, PackageFile file) {}
}
