package dev.varve.core.state;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.ImageSource;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.plan.Component;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Files of an image, divided into the components that its state names. Their contents can be read
 * until this is closed.
 */
public final class ImageFiles implements Closeable {
  /**
   * The components that usually have the package databases; if they have not, all layers are read.
   */
  private static final Pattern LIKELY_DATABASE =
      Pattern.compile(
          "(?:file|dir):/(?:usr/lib/sysimage|usr/share/rpm|usr/lib/pacman|(?:usr/)?lib/apk|var/lib)"
              + "|rpm:rpm$");

  /** Returns whether a component may have a package database. */
  static boolean mayHaveDatabase(String component) {
    return LIKELY_DATABASE.matcher(component).lookingAt();
  }

  private final FileTree tree;
  private final List<Component> components;
  private final Set<String> packages;
  private final Closeable unpacked;

  private ImageFiles(Division division, Closeable unpacked) {
    this.tree = division.tree();
    this.components = division.components();
    this.packages =
        division.packages().stream().map(PackageInfo::name).collect(Collectors.toUnmodifiableSet());
    this.unpacked = unpacked;
  }

  /**
   * Reads the files of some layers. Of a planned image, those with the package databases are read
   * as well, because they tell which component a file belongs to; of an image whose layers are not
   * Varve's, all layers are.
   *
   * @param image what is known of {@code source}
   * @param wanted the layers to read; if there are none, nothing is read
   * @param rules as the image was divided, except for groups, which no image names
   * @param scratch a directory for unpacked files, which the caller deletes after closing this
   */
  public static ImageFiles read(
      ImageSource source,
      PublishedImage image,
      Predicate<PublishedLayer> wanted,
      DivisionRules rules,
      Path scratch,
      Progress progress,
      LayerLimits limits)
      throws IOException {
    Reading reading = new Reading(source, image, rules, scratch, progress, limits);
    boolean[] selected = new boolean[image.layers().size()];
    boolean any = false;
    for (int i = 0; i < selected.length; i++) {
      selected[i] = wanted.test(image.layers().get(i));
      any |= selected[i];
    }
    if (any && image.stateArtifact().isEmpty()) {
      return reading.of(layer -> true);
    }
    for (int i = 0; any && rules.packages() && i < selected.length; i++) {
      selected[i] |=
          image.state().layers().get(i).components().stream().anyMatch(ImageFiles::mayHaveDatabase);
    }
    ImageFiles some = reading.of(layer -> selected[layer]);
    if (!any || some.knows(image, rules)) {
      return some;
    }
    some.close();
    return reading.of(layer -> true);
  }

  /** Returns the files of a whole image, whose source the caller closes. */
  public static ImageFiles of(Division division) {
    return new ImageFiles(division, () -> {});
  }

  /** An image, and how its files are read. */
  private record Reading(
      ImageSource source,
      PublishedImage image,
      DivisionRules rules,
      Path scratch,
      Progress progress,
      LayerLimits limits) {

    ImageFiles of(IntPredicate selected) throws IOException {
      LayeredTree read = LayeredTree.read(source, selected, scratch, progress, limits);
      try {
        Division division =
            Division.of(
                read.tree(),
                OptionalLong.of(image.state().clamp()),
                Map.of(),
                source.config().created(),
                rules.preservingMtimes(image.state().preservesMtimes()),
                scratch,
                Progress.SILENT);
        return new ImageFiles(division, read);
      } catch (IOException | RuntimeException e) {
        read.close();
        throw e;
      }
    }
  }

  /** Returns whether all packages of the image are known, and so the owner of each file. */
  private boolean knows(PublishedImage image, DivisionRules rules) {
    return !rules.packages() || packages.containsAll(image.state().packages().keySet());
  }

  /** The files and directories, with the times that layers store. */
  public FileTree tree() {
    return tree;
  }

  /** The components of the files, by name. */
  public List<Component> components() {
    return components;
  }

  @Override
  public void close() throws IOException {
    unpacked.close();
  }
}
