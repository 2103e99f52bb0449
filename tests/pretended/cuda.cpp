// A device that is called cuda:0 and computes on the CPU: where a tensor lies is told and checked as on a GPU. Its
// memory is the CPU's, and every operation that CUDA's kernels would serve is the CPU's, on the same memory. The fused
// cells of LSTM and GRU, which the CPU has not, are written out, so that torch's networks take the road that they take
// on CUDA without cuDNN. Formulas: those of torch.nn.LSTM and torch.nn.GRU in torch's documentation.
#include <ATen/ATen.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <cstring>

namespace {

using at::Tensor;
using Maybe = std::optional<Tensor>;

const c10::Device GPU(c10::DeviceType::CUDA, 0);

// What torch asks of a device: which one, how many, its streams (one, always done).
struct Guard final : c10::impl::NoOpDeviceGuardImpl<c10::DeviceType::CUDA> {
  static c10::Stream only() { return c10::Stream(c10::Stream::DEFAULT, GPU); }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
  c10::Device getDevice() const override { return GPU; }
  c10::Device exchangeDevice(c10::Device) const override { return GPU; }
  c10::Stream getStream(c10::Device) const noexcept override { return only(); }
  c10::Stream getDefaultStream(c10::Device) const override { return only(); }
  c10::Stream getNewStream(c10::Device, int) const override { return only(); }
  c10::Stream getStreamFromGlobalPool(c10::Device, bool) const override { return only(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return only(); }
  bool queryStream(const c10::Stream&) const override { return true; }
  void synchronizeStream(const c10::Stream&) const override {}
  void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void destroyEvent(void*, c10::DeviceIndex) const noexcept override {}
  void synchronizeEvent(void*) const override {}
};

// What autograd asks before it goes backwards. torch looks for a class of this name.
struct CUDAHooks final : at::CUDAHooksInterface {
  explicit CUDAHooks(at::CUDAHooksArgs) {}
  void init() const override {}
  bool hasCUDA() const override { return true; }
  bool isAvailable() const override { return true; }
  bool isBuilt() const override { return true; }
  bool hasPrimaryContext(at::DeviceIndex) const override { return true; }
  at::DeviceIndex deviceCount() const override { return 1; }
  at::DeviceIndex getCurrentDevice() const override { return 0; }
};

struct Allocator final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) override {
    auto* kept = new c10::DataPtr(c10::GetCPUAllocator()->allocate(bytes));
    return {kept->get(), kept, [](void* one) { delete static_cast<c10::DataPtr*>(one); }, GPU};
  }
  c10::DeleterFnPtr raw_deleter() const override { return nullptr; }
  void copy_data(void* to, const void* from, size_t bytes) const override { std::memcpy(to, from, bytes); }
} allocator;

bool lies_there(const Tensor& tensor) { return tensor.defined() && tensor.device().is_cuda(); }

// The same memory under another device's name; it keeps the tensor that it belongs to.
Tensor renamed(const Tensor& tensor, c10::Device device) {
  auto storage = tensor.storage();
  auto forget = [](void* one) { delete static_cast<Tensor*>(one); };
  c10::DataPtr data(storage.mutable_data(), new Tensor(tensor), forget, device);
  c10::Allocator* own = device.is_cuda() ? static_cast<c10::Allocator*>(&allocator) : c10::GetCPUAllocator();
  c10::Storage shared(c10::Storage::use_byte_size_t(), storage.nbytes(), std::move(data), own, true);
  auto key = device.is_cuda() ? c10::DispatchKey::CUDA : c10::DispatchKey::CPU;
  auto out = at::detail::make_tensor<c10::TensorImpl>(std::move(shared), c10::DispatchKeySet(key), tensor.dtype());
  auto* inner = out.unsafeGetTensorImpl();
  inner->set_sizes_and_strides(tensor.sizes(), tensor.strides(), tensor.storage_offset());
  if (tensor.unsafeGetTensorImpl()->is_wrapped_number()) inner->set_wrapped_number(true);
  return out;
}

at::ScalarType type_of(std::optional<at::ScalarType> asked) {
  return asked.value_or(at::typeMetaToScalarType(at::get_default_dtype()));
}

Tensor empty(c10::SymIntArrayRef sizes, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
             std::optional<at::Device>, std::optional<bool>, std::optional<at::MemoryFormat>) {
  c10::DispatchKeySet key(c10::DispatchKey::CUDA);
  return at::detail::empty_generic(C10_AS_INTARRAYREF_SLOW(sizes), &allocator, key, type_of(dtype), std::nullopt);
}

Tensor empty_strided(c10::SymIntArrayRef sizes, c10::SymIntArrayRef strides, std::optional<at::ScalarType> dtype,
                     std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>) {
  c10::DispatchKeySet key(c10::DispatchKey::CUDA);
  return at::detail::empty_strided_generic(C10_AS_INTARRAYREF_SLOW(sizes), C10_AS_INTARRAYREF_SLOW(strides),
                                           &allocator, key, type_of(dtype));
}

Tensor as_strided(const Tensor& tensor, c10::SymIntArrayRef sizes, c10::SymIntArrayRef strides,
                  std::optional<c10::SymInt> offset) {
  auto out = at::detail::make_tensor<c10::TensorImpl>(c10::TensorImpl::VIEW, c10::Storage(tensor.storage()),
                                                      tensor.key_set(), tensor.dtype());
  auto first = offset ? offset->guard_int(__FILE__, __LINE__) : tensor.storage_offset();
  out.unsafeGetTensorImpl()->set_sizes_and_strides(C10_AS_INTARRAYREF_SLOW(sizes), C10_AS_INTARRAYREF_SLOW(strides),
                                                   first);
  return out;
}

Tensor reshape_alias(const Tensor& tensor, c10::SymIntArrayRef sizes, c10::SymIntArrayRef strides) {
  return as_strided(tensor, sizes, strides, std::nullopt);
}

Tensor view(const Tensor& tensor, c10::SymIntArrayRef sizes) {
  auto seen = renamed(tensor, c10::kCPU).view(C10_AS_INTARRAYREF_SLOW(sizes));
  return reshape_alias(tensor, c10::fromIntArrayRefSlow(seen.sizes()), c10::fromIntArrayRefSlow(seen.strides()));
}

const Tensor& resize(const Tensor& tensor, c10::SymIntArrayRef sizes, std::optional<at::MemoryFormat>) {
  auto wanted = C10_AS_INTARRAYREF_SLOW(sizes);
  auto* inner = tensor.unsafeGetTensorImpl();
  if (c10::multiply_integers(wanted) > tensor.numel()) {
    inner->set_storage_keep_dtype(at::empty(wanted, tensor.options()).storage());
    inner->set_storage_offset(0);
  }
  inner->set_sizes_contiguous(wanted);
  return tensor;
}

// The one operation that may join two devices.
Tensor& copy(Tensor& to, const Tensor& from, bool) {
  Tensor here = lies_there(to) ? renamed(to, c10::kCPU) : to;
  here.copy_(lies_there(from) ? renamed(from, c10::kCPU) : from);
  return to;
}

template <typename Change>
void change_tensors(c10::IValue& value, Change change) {
  if (value.isTensor()) {
    value = change(value.toTensor());
  } else if (value.isTensorList()) {
    c10::List<Tensor> all;
    for (const auto& one : value.toTensorVector()) all.push_back(change(one));
    value = all;
  } else if (value.isOptionalTensorList()) {
    c10::List<Maybe> all;
    for (const auto& one : value.toOptionalTensorVector()) all.push_back(one ? Maybe(change(*one)) : std::nullopt);
    value = all;
  }
}

// Everything else: the CPU's kernel on the same memory. Mixed devices are refused, but for what CUDA takes from the
// CPU, single numbers and indices.
void on_the_cpu(const c10::OperatorHandle& called, c10::DispatchKeySet, torch::jit::Stack* stack) {
  const auto& schema = called.schema();
  const bool indexes = schema.name().find("index") != std::string::npos;
  std::vector<Tensor> there, here;
  bool mixed = false, moves_there = false, device_said = false;
  auto moved = [&](const Tensor& tensor) -> Tensor {
    if (!lies_there(tensor)) {
      mixed |= tensor.defined() && tensor.dim() > 0 && !(indexes && !tensor.is_floating_point());
      return tensor;
    }
    for (size_t one = 0; one < there.size(); ++one)
      if (there[one].is_same(tensor)) return here[one];
    there.push_back(tensor);
    here.push_back(renamed(tensor, c10::kCPU));
    return here.back();
  };
  auto arguments = torch::jit::last(*stack, schema.arguments().size());
  for (size_t one = stack->size() - arguments.size(); one < stack->size(); ++one) {
    auto& value = (*stack)[one];
    change_tensors(value, moved);
    if (value.isDevice()) {
      device_said = true;
      moves_there = value.toDevice().is_cuda();
      value = c10::Device(c10::kCPU);
    }
  }
  TORCH_CHECK(!(mixed && !there.empty()), "Expected all tensors to be on the same device, but found at least two ",
              "devices, cuda:0 and cpu! (when checking the arguments of ", schema.name(), ")");
  if (!device_said) moves_there = !there.empty();
  called.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  auto back = [&](const Tensor& tensor) -> Tensor {
    if (!tensor.defined() || !moves_there) return tensor;
    for (size_t one = 0; one < here.size(); ++one)
      if (here[one].is_same(tensor)) {
        // Written in place; what was resized on the way has other memory now.
        auto* inner = there[one].unsafeGetTensorImpl();
        if (tensor.storage().data() != there[one].storage().data())
          inner->set_storage_keep_dtype(renamed(tensor, GPU).storage());
        inner->set_sizes_and_strides(tensor.sizes(), tensor.strides(), tensor.storage_offset());
        return there[one];
      }
    return renamed(tensor, GPU);
  };
  for (size_t one = stack->size() - schema.returns().size(); one < stack->size(); ++one)
    change_tensors((*stack)[one], back);
}

Tensor with(const Tensor& product, const Maybe& bias) {
  return bias && bias->defined() ? product + *bias : product;
}

std::tuple<Tensor, Tensor, Tensor> lstm(const Tensor& from_x, const Tensor& from_h, const Tensor& c, const Maybe& b_ih,
                                        const Maybe& b_hh) {
  auto z = (with(from_x, b_ih) + with(from_h, b_hh)).chunk(4, 1);
  auto i = z[0].sigmoid(), f = z[1].sigmoid(), g = z[2].tanh(), o = z[3].sigmoid();
  auto next = f * c + i * g;
  return {o * next.tanh(), next, at::cat({i, f, g, o}, 1)};
}

std::tuple<Tensor, Tensor, Tensor> lstm_backward(const Maybe& grad_h, const Maybe& grad_c, const Tensor& c,
                                                 const Tensor& next, const Tensor& gates, bool has_bias) {
  const bool by_h = grad_h && grad_h->defined(), by_c = grad_c && grad_c->defined();
  if (!by_h && !by_c) return {};
  auto z = gates.chunk(4, 1);
  auto i = z[0], f = z[1], g = z[2], o = z[3], squashed = next.tanh();
  auto dh = by_h ? *grad_h : at::zeros_like(c);
  auto dc = dh * o * (1 - squashed * squashed);
  if (by_c) dc = dc + *grad_c;
  auto dz = at::cat({dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * squashed * o * (1 - o)}, 1);
  return {dz, dc * f, has_bias ? dz.sum(0) : Tensor()};
}

std::tuple<Tensor, Tensor> gru(const Tensor& from_x, const Tensor& from_h, const Tensor& h, const Maybe& b_ih,
                               const Maybe& b_hh) {
  auto x = with(from_x, b_ih).chunk(3, 1), s = with(from_h, b_hh).chunk(3, 1);
  auto r = (x[0] + s[0]).sigmoid(), z = (x[1] + s[1]).sigmoid(), n = (x[2] + r * s[2]).tanh();
  return {n + z * (h - n), at::cat({r, z, n, h, s[2]}, 1)};
}

std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor> gru_backward(const Tensor& grad, const Tensor& kept, bool has_bias) {
  auto all = kept.chunk(5, 1);
  auto r = all[0], z = all[1], n = all[2], h = all[3], s = all[4];
  auto dn = grad * (1 - z) * (1 - n * n), dz = grad * (h - n) * z * (1 - z), dr = dn * s * r * (1 - r);
  auto by_x = at::cat({dr, dz, dn}, 1), by_h = at::cat({dr, dz, dn * r}, 1);
  return {by_x, by_h, grad * z, has_bias ? by_x.sum(0) : Tensor(), has_bias ? by_h.sum(0) : Tensor()};
}

}  // namespace

namespace at {
REGISTER_CUDA_HOOKS(CUDAHooks)
}
namespace c10::impl {
C10_REGISTER_GUARD_IMPL(CUDA, Guard)
}

TORCH_LIBRARY_IMPL(_, CUDA, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&on_the_cpu>());
}

TORCH_LIBRARY_IMPL(aten, CUDA, library) {
  library.impl("empty.memory_format", empty);
  library.impl("empty_strided", empty_strided);
  library.impl("as_strided", as_strided);
  library.impl("_reshape_alias", reshape_alias);
  library.impl("view", view);
  library.impl("resize_", resize);
  library.impl("copy_", copy);
  library.impl("_thnn_fused_lstm_cell", lstm);
  library.impl("_thnn_fused_lstm_cell_backward_impl", lstm_backward);
  library.impl("_thnn_fused_gru_cell", gru);
  library.impl("_thnn_fused_gru_cell_backward", gru_backward);
}
