package dev.varve.runner.builtin;

import dev.varve.core.bytes.Progress;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.image.ImageSource;
import dev.varve.core.notes.Notes;
import dev.varve.core.plan.Groups;
import dev.varve.core.plan.PlanState;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import java.io.IOException;

/** The options of a run in a test: those of the request, and those of the built-in engine. */
final class Options {
  private final RechunkRequest.Builder request;
  private final BuiltinOptions.Builder engine = BuiltinOptions.builder();

  Options(RechunkRequest.Builder request) {
    this.request = request;
  }

  RechunkResult rechunk() throws IOException {
    return new BuiltinEngine(engine.build()).rechunk(request.build());
  }

  Options previous(ImageSource image) {
    request.previous(image);
    return this;
  }

  Options maxLayers(int most) {
    request.maxLayers(most);
    return this;
  }

  Options groups(Groups used) {
    request.groups(used);
    return this;
  }

  Options notes(Notes said) {
    request.notes(said);
    return this;
  }

  Options label(String name, String value) {
    request.label(name, value);
    return this;
  }

  Options withoutLabel(String name) {
    request.withoutLabel(name);
    return this;
  }

  Options annotation(String name, String value) {
    request.annotation(name, value);
    return this;
  }

  Options layerLimits(LayerLimits limits) {
    request.layerLimits(limits);
    return this;
  }

  Options progress(Progress listener) {
    request.progress(listener);
    return this;
  }

  Options predecessors(Predecessors places) {
    engine.predecessors(places);
    return this;
  }

  Options plan(PlanState state) {
    engine.plan(state);
    return this;
  }

  Options compression(Compression how) {
    engine.compression(how);
    return this;
  }

  Options withoutPackages() {
    engine.withoutPackages();
    return this;
  }

  Options prune(String path) {
    engine.prune(path);
    return this;
  }

  Options preserveMtimes(boolean really) {
    engine.preserveMtimes(really);
    return this;
  }

  Options verify(boolean really) {
    engine.verify(really);
    return this;
  }
}
