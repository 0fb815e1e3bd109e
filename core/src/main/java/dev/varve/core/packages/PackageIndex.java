package dev.varve.core.packages;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The package that owns each entry of a tree, and whether the entry still has the content that the
 * package shipped. If several packages own a path, the owner is a package whose shipped content the
 * path still has; among several of these, the first by name.
 */
public final class PackageIndex {
  private static final long CHANGED = Long.MIN_VALUE;

  private final List<PackageInfo> packages;
  private final @Nullable PackageInfo[] owners;
  private final long[] shippedMtimes;
  private final BitSet untimed;

  private PackageIndex(
      List<PackageInfo> packages,
      @Nullable PackageInfo[] owners,
      long[] shippedMtimes,
      BitSet untimed) {
    this.packages = List.copyOf(packages);
    this.owners = owners;
    this.shippedMtimes = shippedMtimes;
    this.untimed = untimed;
  }

  /** Returns the index of a tree without packages: no entry has an owner. */
  public static PackageIndex none(FileTree tree) {
    return new Builder(tree).build();
  }

  /** All packages, sorted. */
  public List<PackageInfo> packages() {
    return packages;
  }

  /** Returns the owner of an entry, given by its index in the tree's entries. */
  public Optional<PackageInfo> owner(int entry) {
    return Optional.ofNullable(owners[entry]);
  }

  /**
   * Returns an entry's mtime in the owner's package, in seconds since the epoch; empty if the entry
   * has no owner or other content than the package shipped, or if the owner's database knows no
   * mtimes.
   */
  public OptionalLong shippedMtime(int entry) {
    return shippedMtimes[entry] == CHANGED
        ? OptionalLong.empty()
        : OptionalLong.of(shippedMtimes[entry]);
  }

  /**
   * Returns whether an entry has an owner whose database knows no mtimes: the entry's own mtime is
   * then the package's, unless the build changed the file.
   */
  public boolean isUntimed(int entry) {
    return untimed.get(entry);
  }

  /** The build time of the newest package, in seconds since the epoch; 0 without packages. */
  public long newestBuild() {
    return packages.stream().mapToLong(PackageInfo::buildTime).max().orElse(0);
  }

  /** Builds an index from packages that are added one at a time. */
  public static final class Builder {
    private final FileTree tree;
    private final List<PackageInfo> packages = new ArrayList<>();
    private final @Nullable PackageInfo[] owners;
    private final long[] shippedMtimes;
    private final BitSet untimed = new BitSet();
    private final BitSet shared = new BitSet();
    private final BitSet bare = new BitSet();

    /** Starts an index of a tree, without packages. */
    public Builder(FileTree tree) {
      this.tree = tree;
      this.owners = new PackageInfo[tree.entries().size()];
      this.shippedMtimes = new long[owners.length];
      Arrays.fill(shippedMtimes, CHANGED);
    }

    /**
     * Adds a package. Files that the tree doesn't have are ignored.
     *
     * @throws IOException if a file can't be read whose package has a digest other than SHA-256
     */
    public void add(InstalledPackage added) throws IOException {
      PackageInfo info = PackageInfo.of(added);
      packages.add(info);
      for (PackageFile file : added.files()) {
        int entry = tree.indexOf(tree.resolveParents(file.path()));
        if (entry >= 0) {
          own(entry, info, file);
        }
      }
    }

    private void own(int entry, PackageInfo claimant, PackageFile file) throws IOException {
      Inode inode = tree.entries().get(entry).inode();
      boolean timed = file.mtime().isPresent();
      long mtime = timed && isAsShipped(inode, file) ? file.mtime().getAsLong() : CHANGED;
      if (inode.kind() == Inode.Kind.FILE
          && !file.capabilities().isEmpty()
          && inode.xattrs().get("security.capability").isEmpty()) {
        bare.set(entry);
      }
      PackageInfo owner = owners[entry];
      if (owner != null) {
        if (!isDirectory(entry) && !owner.name().equals(claimant.name())) {
          shared.set(entry);
        }
        boolean ownerShipped = shippedMtimes[entry] != CHANGED;
        boolean claimantShipped = mtime != CHANGED;
        if (ownerShipped != claimantShipped ? ownerShipped : owner.compareTo(claimant) <= 0) {
          return;
        }
      }
      owners[entry] = claimant;
      shippedMtimes[entry] = mtime;
      untimed.set(entry, !timed);
    }

    /**
     * Returns whether a path is a directory or a link to one: where {@code /lib} is a link, it is
     * still a directory for many packages.
     */
    private boolean isDirectory(int entry) {
      FileTree.Entry at = tree.entries().get(entry);
      return at.inode().kind() == Inode.Kind.SYMLINK
          ? tree.find(tree.resolveParents(at.path() + "/.")).map(Inode::isDirectory).orElse(false)
          : at.inode().isDirectory();
    }

    static boolean isAsShipped(Inode inode, PackageFile file) throws IOException {
      return switch (inode.kind()) {
        case FILE ->
            file.digest().isPresent() && file.digest().get().isOf(inode.content().orElseThrow());
        case SYMLINK -> inode.linkTarget().equals(file.linkTarget());
        default -> false;
      };
    }

    /** Returns warnings about the packages added, one line each; usually none. */
    public List<String> notices() {
      List<String> notices = new ArrayList<>();
      if (!shared.isEmpty()) {
        notices.add(
            Quantity.of(shared.cardinality(), "path", "is", "are")
                + " owned by more than one package, "
                + first(shared)
                + (shared.cardinality() == 1 ? "; its owner is" : "; the owner of each is")
                + " the package whose content the file has");
      }
      if (!bare.isEmpty()) {
        notices.add(
            Quantity.of(bare.cardinality(), "file", "lacks", "lack")
                + " the capabilities that "
                + (bare.cardinality() == 1 ? "its package sets, " : "their packages set, ")
                + first(bare)
                + "; the image's build lost them: restore them with setcap in the build");
      }
      return notices;
    }

    private String first(BitSet paths) {
      String first = "/" + tree.entries().get(paths.nextSetBit(0)).path();
      return paths.cardinality() == 1 ? first : "the first " + first;
    }

    /**
     * Gives compiled Python modules to the owners of their sources. dpkg's packages compile them
     * when they are installed, always to the same bytes for a source with the same mtime: they
     * change when the package does. RPM's packages name them.
     */
    private void ownCompiledPython() {
      for (int entry = 0; entry < owners.length; entry++) {
        Optional<String> module = CompiledPython.source(tree.entries().get(entry).path());
        if (owners[entry] == null && module.isPresent()) {
          int source = tree.indexOf(module.get());
          PackageInfo owner = source < 0 ? null : owners[source];
          owners[entry] = owner == null || owner.format() == PackageFormat.RPM ? null : owner;
        }
      }
    }

    /** Returns the index. No package may be added afterwards. */
    public PackageIndex build() {
      Collections.sort(packages);
      ownCompiledPython();
      return new PackageIndex(packages, owners, shippedMtimes, untimed);
    }
  }
}
