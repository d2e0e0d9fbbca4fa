/*
 * compiler.c - asked first: is this the kind of compiler the kernel was built with? Where gcc made the configuration,
 * clang reads per-CPU data without its segment, and the module oopses as it is loaded.
 */
#if defined(CONFIG_CC_IS_GCC) && defined(__clang__)
#error this kernel was built by gcc, and this is clang
#endif
#if defined(CONFIG_CC_IS_CLANG) && !defined(__clang__)
#error this kernel was built by clang, and this is not clang
#endif
