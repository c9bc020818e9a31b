{
  'targets': [
    {
      'target_name': 'theratwin_kernels',
      'sources': [
        'binding/addon.cpp',
        'binding/deformation.cpp',
        'binding/registration.cpp',
        'binding/transport.cpp',
        'binding/transport_input.cpp',
        'src/convolve.cpp',
        'src/deformation/inverse.cpp',
        'src/deformation/transport.cpp',
        'src/deformation/warp.cpp',
        'src/fft.cpp',
        'src/registration/comparison.cpp',
        'src/registration/image.cpp',
        'src/registration/metric.cpp',
        'src/registration/optimise.cpp',
        'src/registration/registration.cpp',
        'src/registration/spline.cpp',
        'src/resample_conservative.cpp',
        'src/resample_trilinear.cpp',
        'src/thread_pool.cpp',
        'src/transport/electron_scattering.cpp',
        'src/transport/electron_tables.cpp',
        'src/transport/photon_tables.cpp',
        'src/transport/simulation.cpp',
        'src/transport/source.cpp',
      ],
      'include_dirs': ['src', '<!(node -p "require(\'node-addon-api\').include_dir")'],
      'defines': ['NAPI_VERSION=9', 'NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED'],
      'cflags': ['-O3', '-fvisibility=hidden', '-Wall', '-Wextra'],
      'cflags!': ['-O2'],
      # Node turns exceptions off for addons; the kernels' own code may throw (bad_alloc), and the binding catches.
      'cflags_cc': ['-std=c++20', '-fexceptions', '-ffp-contract=off'],
      'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-fno-exceptions'],
      'conditions': [
        ['OS=="linux"', {
          # The pool's threads outlive the worker that loaded the addon: its code must stay mapped.
          'ldflags': ['-Wl,-z,nodelete'],
        }],
        ['OS=="mac"', {
          'xcode_settings': {
            'CLANG_CXX_LANGUAGE_STANDARD': 'c++20',
            'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
            'GCC_OPTIMIZATION_LEVEL': '3',
            'MACOSX_DEPLOYMENT_TARGET': '12.0',
          },
        }],
        ['OS=="win"', {
          'msvs_settings': {
            'VCCLCompilerTool': { 'ExceptionHandling': 1, 'AdditionalOptions': ['/std:c++20', '/fp:precise'] },
          },
        }],
      ],
    },
  ],
}
