# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DICONS=folder -DAPP=file.svg -DOUT=folder -P rendericons.cmake: the SVG of the console's icons as PNG, because
# Qt's SVG plugin is missing on Windows. 16 and 20 logical pixels at one, two and three device pixels.
file(MAKE_DIRECTORY ${OUT})
function(render svg size name)
    execute_process(COMMAND rsvg-convert -w ${size} -h ${size} -o ${OUT}/${name}-${size}.png ${svg}
                    COMMAND_ERROR_IS_FATAL ANY)
endfunction()
file(GLOB icons ${ICONS}/*.svg)
foreach(icon ${icons})
    get_filename_component(name ${icon} NAME_WE)
    foreach(size 16 20 32 40 48 60)
        render(${icon} ${size} ${name})
    endforeach()
endforeach()
foreach(size 16 24 32 48 64 128 256)
    render(${APP} ${size} signalbox)
endforeach()
