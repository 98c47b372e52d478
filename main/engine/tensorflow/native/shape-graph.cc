// Shapes without computing: a graph that nodes are added to one after another, and that tells the types and shapes of
// their outputs. TensorFlow's own shape functions do the work; nothing here runs a kernel.
//
//   createGraph() → graph
//   addNode(graph, graphDef: Uint8Array, name: string, inputs: [name, output, …]) → [type, rank, side, …, type, rank, …]
//
// `graphDef` holds one node; `inputs` names what it takes from the graph. A rank or side that isn't known is −1.
// Errors are thrown with TensorFlow's message.

#include <node_api.h>
#include <tensorflow/c/c_api.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Freed {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
  void operator()(TF_Buffer* buffer) const { TF_DeleteBuffer(buffer); }
  void operator()(TF_ImportGraphDefOptions* options) const { TF_DeleteImportGraphDefOptions(options); }
};
using Status = std::unique_ptr<TF_Status, Freed>;

napi_value Throw(napi_env env, const std::string& message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

napi_value CreateGraph(napi_env env, napi_callback_info) {
  napi_value graph;
  const auto free_graph = [](napi_env, void* data, void*) { TF_DeleteGraph(static_cast<TF_Graph*>(data)); };
  napi_create_external(env, TF_NewGraph(), free_graph, nullptr, &graph);
  return graph;
}

// Types and shapes of an operation's outputs, one after another.
bool Outputs(TF_Graph* graph, TF_Operation* operation, TF_Status* status, std::vector<int64_t>* numbers) {
  for (int index = 0; index < TF_OperationNumOutputs(operation); index++) {
    const TF_Output output{operation, index};
    const int rank = TF_GraphGetTensorNumDims(graph, output, status);
    if (TF_GetCode(status) != TF_OK) return false;
    numbers->push_back(TF_OperationOutputType(output));
    numbers->push_back(rank);
    if (rank <= 0) continue;
    std::vector<int64_t> sides(rank);
    TF_GraphGetTensorShape(graph, output, sides.data(), rank, status);
    if (TF_GetCode(status) != TF_OK) return false;
    numbers->insert(numbers->end(), sides.begin(), sides.end());
  }
  return true;
}

napi_value AddNode(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value arguments[4];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  void* external = nullptr;
  void* bytes = nullptr;
  size_t length = 0;
  uint32_t inputs = 0;
  if (count != 4 || napi_get_value_external(env, arguments[0], &external) != napi_ok ||
      napi_get_typedarray_info(env, arguments[1], nullptr, &length, &bytes, nullptr, nullptr) != napi_ok ||
      napi_get_array_length(env, arguments[3], &inputs) != napi_ok) {
    return Throw(env, "addNode(graph, Uint8Array, string, array) was called with something else");
  }
  auto* graph = static_cast<TF_Graph*>(external);
  const std::unique_ptr<TF_ImportGraphDefOptions, Freed> options(TF_NewImportGraphDefOptions());
  for (uint32_t index = 0; index + 1 < inputs; index += 2) {
    napi_value name_value, output_value;
    int32_t output = 0;
    napi_get_element(env, arguments[3], index, &name_value);
    napi_get_element(env, arguments[3], index + 1, &output_value);
    napi_get_value_int32(env, output_value, &output);
    const std::string name = Text(env, name_value);
    TF_Operation* operation = TF_GraphOperationByName(graph, name.c_str());
    if (operation == nullptr) return Throw(env, "there is no node " + name);
    TF_ImportGraphDefOptionsAddInputMapping(options.get(), name.c_str(), output, TF_Output{operation, output});
  }
  const Status status(TF_NewStatus());
  const std::unique_ptr<TF_Buffer, Freed> definition(TF_NewBufferFromString(bytes, length));
  TF_GraphImportGraphDef(graph, definition.get(), options.get(), status.get());
  if (TF_GetCode(status.get()) != TF_OK) return Throw(env, TF_Message(status.get()));

  TF_Operation* added = TF_GraphOperationByName(graph, Text(env, arguments[2]).c_str());
  if (added == nullptr) return Throw(env, "the graph definition has another node than was said");
  std::vector<int64_t> numbers;
  if (!Outputs(graph, added, status.get(), &numbers)) return Throw(env, TF_Message(status.get()));
  napi_value result;
  napi_create_array_with_length(env, numbers.size(), &result);
  for (size_t index = 0; index < numbers.size(); index++) {
    napi_value number;
    napi_create_int64(env, numbers[index], &number);
    napi_set_element(env, result, index, number);
  }
  return result;
}

napi_value Initialise(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"createGraph", nullptr, CreateGraph, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"addNode", nullptr, AddNode, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, 2, functions);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Initialise)
