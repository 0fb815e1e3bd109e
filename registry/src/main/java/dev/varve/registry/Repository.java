package dev.varve.registry;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.IndexSink;
import dev.varve.core.image.PlatformChoice;
import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One repository of a registry. Methods may be called from several threads. */
public interface Repository {
  /** Its name. */
  RepositoryName name();

  /**
   * All tags, sorted; none if there is no such repository yet.
   *
   * @throws RegistryException if they can't be listed, which is not the same as none
   */
  List<String> tags() throws IOException;

  /**
   * What a tag or digest leads to, without reading it.
   *
   * @param reference a tag, or a digest as {@code sha256:…}
   * @return media type, digest and size of the manifest or index; empty if there is none
   */
  Optional<Descriptor> find(String reference) throws IOException;

  /**
   * Deletes what a tag or digest names; a tag's manifest goes with it where the registry can't
   * delete a tag alone.
   *
   * @throws RegistryException if it is not there or the registry doesn't delete
   */
  void delete(String reference) throws IOException;

  /**
   * Opens an image.
   *
   * @param reference a tag or a digest
   * @param platform chooses where that leads to an index
   * @param name the image as the user named it, transport included, for messages
   */
  ImageSource image(String reference, PlatformChoice platform, String name) throws IOException;

  /**
   * Begins an image, or an index of several. Blobs are uploaded as they come; only {@code commit}
   * puts manifests, and the tags last.
   *
   * @param tags all lead to the one image; with none it has its digest alone
   * @param scratch where new blobs wait until they are uploaded and the image is committed
   * @param name the destination as the user named it, transport included, for messages
   */
  IndexSink sink(List<String> tags, Path scratch, String name) throws IOException;
}
