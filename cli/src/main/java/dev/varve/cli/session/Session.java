package dev.varve.cli.session;

import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ConsoleProgress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.Delta;
import dev.varve.core.delta.DeltaImage;
import dev.varve.core.delta.OldImage;
import dev.varve.core.delta.RebuiltImage;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.process.ClosedOnExit;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCauses;
import dev.varve.core.update.UpdateCost;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import dev.varve.registry.name.RepositoryName;
import dev.varve.registry.signing.TransparencyLog;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a command opens: progress, a scratch directory, a client for registries,
 * images, signers and engines. Closing the session closes all of them in reverse order; so does an
 * interruption of the process.
 */
public final class Session implements Closeable {
  /** Connections wait more than they work; beyond this, registries begin to refuse. */
  public static final int BLOBS_AT_ONCE = 6;

  private final Console console;
  private final SessionSettings settings;
  private final ConsoleProgress progress;
  private final Registries registries;
  private final @Nullable Scratch scratch;
  private final Deque<Closeable> opened = new ArrayDeque<>();

  private Session(SessionSettings settings) {
    this.console = settings.console();
    this.settings = settings;
    this.progress = new ConsoleProgress(console, settings.quiet());
    this.registries = new Registries(this::newRegistry);
    this.scratch = settings.scratch().map(Scratch::new).orElse(null);
    opened.push(progress);
    opened.push(registries);
    if (scratch != null) {
      opened.push(new ClosedOnExit<>(scratch));
    }
  }

  /**
   * Opens a session, which the caller closes. No file or registry is opened yet.
   *
   * @param settings the groups of options that apply, in any order
   */
  public static Session open(Console console, SessionSettings.Part... settings) throws IOException {
    SessionSettings session = new SessionSettings(console);
    for (SessionSettings.Part part : settings) {
      part.addTo(session);
    }
    return new Session(session);
  }

  private Registry newRegistry() {
    return new Registry(settings.http(), settings.logins(), progress);
  }

  public Console console() {
    return console;
  }

  public ConsoleProgress progress() {
    return progress;
  }

  /** The receiver of every secret, called before its use in any thread. */
  public Consumer<String> secrets() {
    return settings.secrets();
  }

  /** The limits for reading layers. */
  public LayerLimits layerLimits() {
    return settings.layerLimits();
  }

  /** The directory for unpacked files, created on first use. */
  public Scratch scratch() {
    if (scratch == null) {
      throw new IllegalStateException("this command has no options for a scratch directory");
    }
    return scratch;
  }

  /** The platform for references with images for several platforms. */
  public PlatformChoice platform() {
    return settings.platform().withNotices(progress::notice);
  }

  /** Opens places by their references, for commands that close what they open. */
  public Transports transports() {
    return transports(scratch());
  }

  private Transports transports(Scratch unpackIn) {
    return new Transports(
        platform(),
        unpackIn,
        console.environment(),
        registries,
        settings.oneFileSystem(),
        settings.beside(),
        settings.layerLimits(),
        progress::notice);
  }

  /** The client for registries, created on first use. */
  public Registry registry() {
    return registries.get();
  }

  /** A repository in a registry. */
  public Repository repository(RepositoryName name) {
    return registry().repository(name);
  }

  /** The repository of an image in a registry. */
  public Repository repository(Reference reference) {
    return repository(reference.repository());
  }

  /**
   * Opens a transparency log. Its URL determines whether TLS is used; the options for registries
   * without TLS do not apply.
   */
  public TransparencyLog transparencyLog(URI address) {
    return new TransparencyLog(
        address,
        settings.http().withAllPlain(false).withTlsVerify(true),
        progress); // its signer closes it
  }

  /** Opens an image with its layers. */
  public ImageSource image(Reference reference) throws IOException {
    return closing(transports().image(reference));
  }

  /** Opens the files of an image or of a directory. */
  public TreeSource tree(Reference reference) throws IOException {
    return closing(transports().tree(reference));
  }

  /** Opens the files that an engine rechunks. */
  public TreeSource tree(Reference reference, Engine engine) throws IOException {
    return closing(engine.source(reference, transports(), scratch()));
  }

  /**
   * Opens a destination for an image. Without a commit, closing the session removes everything
   * written.
   *
   * @param tags tags for the image in addition to the one in the reference
   */
  public ImageSink sink(Reference reference, List<String> tags) throws IOException {
    return closing(transports().sink(reference, tags));
  }

  /**
   * Opens a place for a copy of an image or index. The place may be a digest if the copy has it.
   *
   * @param tags tags for the copy beside the one in the reference
   * @param copied the image or index
   */
  public ImageSink sink(Reference reference, List<String> tags, Descriptor copied)
      throws IOException {
    if (reference.digest().isEmpty()) {
      return sink(reference, tags);
    }
    if (!reference.digest().get().equals(copied.digest())) {
      throw new IllegalArgumentException(
          reference
              + " can't be the destination: expected the digest of the copied image, "
              + copied.digest());
    }
    return untaggedSink(reference, tags);
  }

  /**
   * Opens a destination for an index. Without a commit, closing the session removes everything
   * written.
   *
   * @param tags tags for the index in addition to the one in the reference
   */
  public IndexSink indexSink(Reference reference, List<String> tags) throws IOException {
    return closing(transports().indexSink(reference, tags));
  }

  /**
   * Opens a destination in a registry for an image or index, without the reference's tag.
   *
   * @param tags the tags
   */
  public IndexSink untaggedSink(Reference reference, List<String> tags) throws IOException {
    return closing(transports().untaggedSink(reference, tags));
  }

  /** Opens a destination for an artifact alone, such as a delta. */
  public IndexSink artifactSink(Reference reference) throws IOException {
    return closing(transports().artifactSink(reference));
  }

  /** Opens a delta as the image that it is for. */
  public DeltaImage delta(Reference reference) throws IOException {
    ImageSource artifact = closing(transports().artifact(reference, Delta.ARTIFACT_TYPE));
    Manifest manifest = artifact.manifest();
    return DeltaImage.open(
        new AvailableDelta(Delta.parse(manifest, reference.text()), manifest, artifact));
  }

  /**
   * Opens an image that a client has, from which another image is rebuilt: an image with layers or
   * a directory.
   */
  public OldImage oldImage(Reference reference) throws IOException {
    if (reference.transport() == Reference.Transport.ROOTFS) {
      return OldImage.inDirectory(reference.path(), reference.text());
    }
    return closing(
        OldImage.of(image(reference), scratch().directory("old"), layerLimits(), progress));
  }

  /**
   * Returns a view of an image whose layers come from an old image as far as possible.
   *
   * @param available a delta between the two, if any
   */
  public RebuiltImage rebuilt(
      ImageSource published, OldImage old, Optional<AvailableDelta> available) throws IOException {
    return new RebuiltImage(
        published, old, available, scratch().directory("rebuilt"), layerLimits(), progress);
  }

  /** Computes a result from an open image and its state. */
  public interface ImageReader<R> {
    /** Computes the result; the source is closed afterwards. */
    R read(ImageSource source, PublishedImage image) throws IOException;
  }

  /**
   * Opens images one after another, and passes each to {@code reader}. An image without a state is
   * read as a whole; its unpacked layers are deleted before the next image is opened.
   *
   * @param rules the rules of division for an image without a state
   * @return the results in the order of the references
   */
  public <R> List<R> read(List<Reference> references, DivisionRules rules, ImageReader<R> reader)
      throws IOException {
    List<R> results = new ArrayList<>();
    for (Reference reference : references) {
      try (ClosedOnExit<Scratch> own =
              new ClosedOnExit<>(new Scratch(settings.scratch().orElseThrow()));
          ImageSource source = transports(own.get()).image(reference)) {
        PublishedImage image =
            PublishedImage.of(
                source,
                Optional.empty(),
                rules,
                own.get().directory("layers"),
                progress,
                settings.layerLimits());
        results.add(reader.read(source, image));
      }
    }
    return results;
  }

  /**
   * Compares the files of two images; what is unpacked is deleted at once.
   *
   * @param cost the update from one to the other
   * @param rules as the images were divided
   */
  public UpdateCauses causes(UpdateCost cost, Reference from, Reference to, DivisionRules rules)
      throws IOException {
    try (ClosedOnExit<Scratch> own =
            new ClosedOnExit<>(new Scratch(settings.scratch().orElseThrow()));
        ImageSource before = transports(own.get()).image(from);
        ImageSource after = transports(own.get()).image(to)) {
      return UpdateCauses.of(cost, before, after, rules, own.get(), progress, layerLimits());
    }
  }

  /** Registers a resource to be closed with the session, and returns it. */
  public <T extends Closeable> T closing(T other) {
    opened.push(new ClosedOnExit<>(other));
    return other;
  }

  /** Closes everything even after failures; throws the first failure. */
  @Override
  public void close() throws IOException {
    Exception failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof IOException checked) {
      throw checked;
    }
  }
}
