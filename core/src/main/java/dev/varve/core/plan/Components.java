package dev.varve.core.plan;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.GeneratedFiles;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.PackageInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Assigns every path to a component. The first matching rule wins:
 *
 * <ol>
 *   <li>the extended attribute {@code user.component}; a directory's value applies to everything
 *       below it. {@code user.update-interval} on any file or directory of the component applies to
 *       the whole component;
 *   <li>a group of the groups file;
 *   <li>the package that owns the path;
 *   <li>a file of 1 MiB or more, and a file that is known to be generated, is a component by
 *       itself; versions in its path are ignored;
 *   <li>other files are grouped by directory.
 * </ol>
 *
 * All hard links of a file belong to one component, by the path with the strongest rule.
 */
public final class Components {
  private static final String COMPONENT_XATTR = "user.component";
  private static final String INTERVAL_XATTR = "user.update-interval";
  private static final long BIG_FILE = 1 << 20;
  private static final long BIG_GROUP = 10_000_000;
  private static final long HEADER = 512;
  private static final int DIRECTORY_DEPTH = 3;

  /**
   * A version: digits with dots, and suffixes that contain digits. Possessive quantifiers, to limit
   * the stack for long paths.
   */
  private static final Pattern VERSION =
      Pattern.compile(
          "(?<!\\d)\\d++(?:\\.\\d+)++(?:[-_+~.][0-9A-Za-z]*\\d[0-9A-Za-z]*)*+(?:-[a-z]+64)?");

  private static final Map<String, Double> INTERVALS =
      Map.of(
          "daily",
          1.0,
          "weekly",
          7.0,
          "biweekly",
          14.0,
          "monthly",
          30.0,
          "quarterly",
          90.0,
          "yearly",
          365.0);

  private final FileTree tree;
  private final PackageIndex packages;
  private final GeneratedFiles generated;
  private final Groups groups;
  private final OptionalLong clamp;
  private final Map<String, Optional<Groups.Group>> groupOfPackage = new HashMap<>();
  private final TreeMap<String, Draft> drafts = new TreeMap<>();

  private Components(FileTree tree, PackageIndex packages, Groups groups, OptionalLong clamp) {
    this.tree = tree;
    this.packages = packages;
    this.generated = GeneratedFiles.of(packages);
    this.groups = groups;
    this.clamp = clamp;
  }

  /** The component of a path by one rule. Lower ranks are stronger. */
  private record Claim(int rank, String name, Optional<PackageInfo> owner, boolean dedicated) {}

  /**
   * Divides a tree into components. Directories without files below them form one component.
   *
   * @param tree the tree with stable times, which give equal components equal hashes
   * @param packages the owners of the tree's entries
   * @param clamp the mtime of all files that have a later one, in seconds since the epoch
   * @return the components, sorted by name
   */
  public static List<Component> of(
      FileTree tree, PackageIndex packages, Groups groups, long clamp) {
    return new Components(tree, packages, groups, OptionalLong.of(clamp)).divide();
  }

  private List<Component> divide() {
    IdentityHashMap<Inode, Claim> claims = new IdentityHashMap<>();
    List<FileTree.Entry> entries = tree.entries();
    for (int i = 0; i < entries.size(); i++) {
      Inode inode = entries.get(i).inode();
      if (!inode.isDirectory()) {
        claims.merge(inode, claim(i, entries.get(i)), (a, b) -> b.rank() < a.rank() ? b : a);
      }
    }
    Set<String> parents = new HashSet<>();
    List<FileTree.Entry> bare = new ArrayList<>();
    for (int i = entries.size() - 1; i >= 0; i--) {
      FileTree.Entry entry = entries.get(i);
      if (!entry.inode().isDirectory() || parents.contains(entry.path())) {
        parents.add(FileTree.parent(entry.path()));
      } else if (!entry.path().isEmpty()) {
        bare.add(0, entry);
        parents.add(FileTree.parent(entry.path()));
      }
    }
    for (int i = 0; i < entries.size(); i++) {
      FileTree.Entry entry = entries.get(i);
      if (!entry.inode().isDirectory()) {
        Claim claim = Objects.requireNonNull(claims.get(entry.inode()));
        drafts
            .computeIfAbsent(printable(claim.name()), Draft::new)
            .add(entry, claim, hasOwnTime(i, entry.inode()));
      }
    }
    Map<String, Double> intervals = intervals();
    List<Component> components =
        new ArrayList<>(
            drafts.values().parallelStream().map(draft -> draft.finish(intervals)).toList());
    if (!bare.isEmpty()) {
      components.add(directories(Component.DIRECTORIES, bare));
    }
    return components;
  }

  /** Returns whether a file's mtime is neither from its package nor the clamp. */
  private boolean hasOwnTime(int entry, Inode inode) {
    return clamp.isPresent()
        && packages.shippedMtime(entry).isEmpty()
        && inode.mtime() != clamp.getAsLong();
  }

  /**
   * Divides a tree whose directories keep their mtimes. All directories form one component, to keep
   * other components unchanged if a directory's mtime changes.
   *
   * @param tree the tree with stable times of directories
   * @param exact the same tree with the directories' own times
   * @return the components, sorted by name
   */
  public static List<Component> preservingMtimes(
      FileTree tree, FileTree exact, PackageIndex packages, Groups groups) {
    List<Component> components =
        new ArrayList<>(new Components(tree, packages, groups, OptionalLong.empty()).divide());
    components.removeIf(component -> component.name().equals(Component.DIRECTORIES));
    components.add(
        directories(
            Component.DIRECTORY_MTIMES,
            exact.entries().stream().filter(entry -> entry.inode().isDirectory()).toList()));
    components.sort(Comparator.comparing(Component::name));
    return components;
  }

  private static Component directories(String name, List<FileTree.Entry> directories) {
    return new Component(
        name,
        directories,
        directories.size() * HEADER,
        ComponentHash.of(directories),
        List.of(),
        OptionalDouble.empty(),
        true);
  }

  private Claim claim(int index, FileTree.Entry entry) {
    String path = entry.path();
    Optional<String> named = named(entry);
    if (named.isPresent()) {
      return unowned(0, named.get());
    }
    Optional<Groups.Group> group = groups.ofFile(path);
    if (group.isPresent()) {
      return claim(1, group.get());
    }
    Optional<PackageInfo> owner = packages.owner(index);
    if (owner.isPresent()) {
      String name = owner.get().name();
      return groupOfPackage
          .computeIfAbsent(name, groups::ofPackage)
          .map(g -> new Claim(2, "group:" + g.name(), owner, g.dedicated()))
          .orElse(new Claim(3, owner.get().component(), owner, false));
    }
    if (entry.inode().size() >= BIG_FILE || generated.isGenerated(path)) {
      return unowned(4, "file:/" + VERSION.matcher(path).replaceAll("*"));
    }
    String directory = generated.directory(path).orElseGet(() -> top(path));
    return unowned(5, "dir:/" + VERSION.matcher(directory).replaceAll("*"));
  }

  private static Claim claim(int rank, Groups.Group group) {
    return new Claim(rank, "group:" + group.name(), Optional.empty(), group.dedicated());
  }

  private static Claim unowned(int rank, String name) {
    return new Claim(rank, name, Optional.empty(), false);
  }

  /**
   * Returns a name that is safe in JSON, on a terminal, and in a list separated by spaces: bytes
   * that are not UTF-8, control characters, spaces and percent signs are escaped as %XX.
   */
  private static String printable(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              boolean escaped = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
              if (escaped || c <= ' ' || c == '%' || c == 0x7F) {
                text.append(String.format("%%%02X", c & 0xFF));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.toString();
  }

  /** Returns the directory of a small file, or its parent directory at the maximum depth. */
  private static String top(String path) {
    String directory = FileTree.parent(path);
    int end = -1;
    for (int depth = 0; depth < DIRECTORY_DEPTH; depth++) {
      end = directory.indexOf('/', end + 1);
      if (end < 0) {
        return directory;
      }
    }
    return directory.substring(0, end);
  }

  /** Returns the component in the extended attribute of the path or of the nearest parent. */
  private Optional<String> named(FileTree.Entry entry) {
    Optional<byte[]> own = entry.inode().xattrs().get(COMPONENT_XATTR);
    String at = entry.path();
    while (own.isEmpty() && !at.isEmpty()) {
      at = FileTree.parent(at);
      own = tree.find(at).flatMap(parent -> parent.xattrs().get(COMPONENT_XATTR));
    }
    return own.map(name -> "xattr:" + LosslessUtf8.decode(name));
  }

  /** Returns the days between updates by component; if its files disagree, the smallest number. */
  private Map<String, Double> intervals() {
    Map<String, Double> intervals = new HashMap<>();
    for (FileTree.Entry entry : tree.entries()) {
      OptionalDouble days = interval(entry.inode());
      Optional<String> named = days.isEmpty() ? Optional.empty() : named(entry);
      if (named.isPresent()) {
        intervals.merge(printable(named.get()), days.getAsDouble(), Math::min);
      }
    }
    return intervals;
  }

  private static OptionalDouble interval(Inode inode) {
    String text = inode.xattrs().get(INTERVAL_XATTR).map(LosslessUtf8::decode).orElse("").trim();
    Double named = INTERVALS.get(text);
    if (named != null) {
      return OptionalDouble.of(named);
    }
    return text.matches("[0-9]{1,9}") && Integer.parseInt(text) > 0
        ? OptionalDouble.of(Integer.parseInt(text))
        : OptionalDouble.empty();
  }

  /** A component under construction. */
  private static final class Draft {
    private final String name;
    private final List<FileTree.Entry> entries = new ArrayList<>();
    private final Set<PackageInfo> owners = new HashSet<>();
    private final IdentityHashMap<Inode, Boolean> counted = new IdentityHashMap<>();
    private long size;
    private boolean dedicated;
    private boolean hasOwnTimes;

    Draft(String name) {
      this.name = name;
    }

    void add(FileTree.Entry entry, Claim claim, boolean hasOwnTime) {
      entries.add(entry);
      hasOwnTimes |= hasOwnTime;
      claim.owner().ifPresent(owners::add);
      dedicated |= claim.dedicated();
      boolean first = counted.put(entry.inode(), true) == null;
      size += HEADER + (first ? entry.inode().size() : 0);
    }

    Component finish(Map<String, Double> intervals) {
      Double interval = intervals.get(name);
      List<PackageInfo> sorted = owners.stream().sorted().toList();
      return new Component(
          name,
          entries,
          size,
          ComponentHash.of(entries),
          sorted.stream().flatMap(info -> info.changelogTimes().stream()).distinct().toList(),
          interval == null ? OptionalDouble.empty() : OptionalDouble.of(interval),
          dedicated && size >= BIG_GROUP,
          source(),
          hasOwnTimes ? Optional.of(FileTimes.of(entries)) : Optional.empty());
    }

    private String source() {
      List<String> sources =
          owners.stream()
              .map(owner -> owner.format() == PackageFormat.RPM ? "" : owner.source())
              .distinct()
              .toList();
      return sources.size() == 1 ? sources.get(0) : "";
    }
  }
}
